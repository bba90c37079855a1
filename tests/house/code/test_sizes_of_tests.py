"""Tests lie in folders that one can look over, and each file of them says first what it holds."""

from tests.house.code import source
from tests.house.code.test_sizes import crowded, silent_files


def test_a_folder_of_tests_holds_what_one_can_look_over() -> None:
    assert crowded(source.tests()) == []


def test_a_file_of_tests_says_first_what_it_holds() -> None:
    assert silent_files(source.tests()) == []
