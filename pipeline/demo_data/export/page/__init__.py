"""The page of a dataset: one folder that a browser opens from the disk, offline.

`source` of the scripts lies in `assets/` of the repository; what `make assets` makes of it lies here in `assets/`.
"""

from demo_data.export.page.views import Dataset, Question, View
from demo_data.export.page.writing import write_page

__all__ = ["Dataset", "Question", "View", "write_page"]
