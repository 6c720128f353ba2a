"""Imported once by the process that workers are forked from: rules and patterns are ready before the first document.

Importing this does the work; nothing here is to be called.
"""

import gc
from contextlib import suppress

from pipeline.intake import worker as worker
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.run import take_apart

_TEXT = """ỦY BAN NHÂN DÂN
TỈNH LÂM VIÊN
Số: 12/KH-UBND

Lâm Viên, ngày 05 tháng 3 năm 2026

KẾ HOẠCH
Triển khai công tác năm 2026

1. Sở Tài chính chủ trì, phối hợp với các sở, ngành, báo cáo kết quả trước ngày 30/6/2026, phấn đấu đạt 90%.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""

with suppress(Exception):  # a worker says what is wrong, here nobody listens
    take_apart(read_plain(_TEXT.encode(), "", "mẫu.txt"), rulebook())
gc.collect()
gc.freeze()  # what all workers share stays shared
