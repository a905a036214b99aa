import hashlib
import os


def salted(password):
    salt = os.urandom(4)
    return salt.hex() + "$" + hashlib.sha256(salt + password.encode()).hexdigest()


def handle(data):
    return {"data": [[row[0], salted(row[1])] for row in data["data"]]}
