"""What lies on disk: `layout` names it, a table's files above all; `manifest` and `recipe_file` are its two small files
as `strict` models; `store` reads and writes tables as Parquet and JSON; `content_hash` is of a table's values, and adds
up from its parts; `atomic` lets new files take the place of old ones whole.
"""
