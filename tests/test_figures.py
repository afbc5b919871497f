"""What `make bench` writes can be read again, and says what got worse."""

from __future__ import annotations

from bench import figures
from bench.figures import Figures


def test_a_table_is_read_as_it_was_written(tmp_path) -> None:
    found = Figures()
    found.least("pages", 1.25, 1.2, "times", "2257 a second against 1801")
    found.most("letters, p99", 12.5, None, "ms")
    found.write(tmp_path / "table.tsv")
    assert figures.read(tmp_path / "table.tsv") == {"pages": 1.25, "letters, p99": 12.5}
    lines = (tmp_path / "table.tsv").read_text().splitlines()
    assert lines[1] == "pages\t1.25\ttimes\tmore\t1.2\tgood\t2257 a second against 1801"


def test_a_figure_that_misses_its_limit_is_named() -> None:
    found = Figures()
    found.least("enough", 0.9, 0.9, "times")
    found.least("too little", 0.8, 0.9, "times")
    found.most("too much", 4.1, 4, "times")
    found.most("only looked at", 99, None, "ms")
    assert [line.partition(":")[0] for line in found.missed()] == [
        "MISSED too little",
        "MISSED too much",
    ]


def test_what_got_worse_by_more_than_noise_is_named() -> None:
    found = Figures()
    found.least("as before", 0.95, None, "times")
    found.least("slower", 0.8, None, "times")
    found.least("faster", 1.3, None, "times")
    found.most("dearer", 1.2, None, "ms")
    found.most("cheaper", 0.8, None, "ms")
    found.most("new", 99, None, "ms")
    base = dict.fromkeys(["as before", "slower", "faster", "dearer", "cheaper", "gone"], 1.0)
    assert found.worse_than(base) == ["slower: 1 → 0.8 times", "dearer: 1 → 1.2 ms"]
