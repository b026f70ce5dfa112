"""Framework documents as people change and compare them. No Django, no database: a document in, a document out.

What these functions return may still be wrong; `engine.framework_from_json` alone judges that.
"""
