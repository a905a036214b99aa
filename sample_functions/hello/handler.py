def handle(data):
    return {"greeting": f"Hello {data.get('name', 'world')}"}
