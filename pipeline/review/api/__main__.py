"""Print the description of the API: python -m pipeline.review.api > docs/schema/openapi-1.json"""

import sys

from fastapi import FastAPI

from pipeline.review.api import add_api, write_description

app = FastAPI()
add_api(app)
sys.stdout.buffer.write(write_description(app))
