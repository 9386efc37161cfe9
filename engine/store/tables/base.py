"""The base of every table: its name is the class name in snake_case."""

import re

from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel


class Table(SQLModel):
    """A row of the application's database."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - SQLModel declares it loosely
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
