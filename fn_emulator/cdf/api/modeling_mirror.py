"""placeholder"""
def mirror(world, instances):
    pass
