"""Records: what one room lets others read of its tables, typed, frozen, and still good for a join."""

from typing import TYPE_CHECKING, Any, Generic, Never, TypeVar, overload

from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, relationship

from app.core.db import Model

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    Value_co = TypeVar("Value_co", covariant=True)

    class Read(Generic[Value_co]):
        """A column of a record: an expression on the class, a value on a row, and nothing that takes another."""

        @overload
        def __get__(self, row: None, owner: Any) -> InstrumentedAttribute[Value_co]: ...
        @overload
        def __get__(self, row: object, owner: Any) -> Value_co: ...
        def __get__(self, row: object | None, owner: Any) -> Any: ...
        def __set__(self, row: object, value: Never) -> None: ...

else:
    Read = Mapped


class Record(DeclarativeBase):
    """Base of every record: a second, read-only mapping of a table that names the columns others may know.

    A plain frozen dataclass could not stand in a join, and pages read what they show in one statement. The table's own
    model stays within its room: what others want changed they ask of its services.
    """

    metadata = Model.metadata

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  a declared_attr's first argument is the class
        """Only what is annotated; read anew by each statement, since the room's model may have changed the row."""
        return {"include_properties": list(cls.__annotations__), "always_refresh": True}

    def __init__(self) -> None:
        """Records are read, never made."""
        raise TypeError(f"{type(self).__name__} is read from the database, never made")

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse whatever is not SQLAlchemy's own."""
        # SQLAlchemy keeps its own state in such attributes.
        if not name.startswith("_sa_"):
            raise AttributeError(f"{type(self).__name__}.{name} belongs to another room: ask its services")
        object.__setattr__(self, name, value)


def related(**options: Any) -> Any:
    """Records that hang on this one; the same options as a relationship's, for reading only."""
    return relationship(viewonly=True, **options)
