"""What a checkpoint says of a kind of block that it has a net for."""

from bige_osim.io.tables import TomlTable, WholeNumber


class BlockRecord(TomlTable):
    """A kind of block.

    Attributes
    ----------
    coordinates, muscles : names, without the side if all are of one side
    postures : in which a model's block is described
    """

    coordinates: tuple[str, ...]
    muscles: tuple[str, ...]
    postures: WholeNumber
