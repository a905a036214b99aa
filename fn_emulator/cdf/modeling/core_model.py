"""placeholder"""
def definitions(table):
    return {}
