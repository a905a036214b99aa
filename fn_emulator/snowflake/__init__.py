"""What Snowflake's side of an external function is: rows and their wire form, and the contract of the answers.

``signature`` reads the SQL signature (``sql_type`` its types). ``rows`` reads rows (``row_files`` the files,
``columns`` their order) and gives each value its wire form (``values``, ``times``, ``field_values``). ``wire`` makes
bodies and batch ids of them. ``contract`` says what Snowflake would refuse in an answer. Nothing here calls a handler.
"""
