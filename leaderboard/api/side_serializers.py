"""Shapes of what the API says across boards; `leaderboard.side_documents` makes the data."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

_DECIMAL = "decimal string"


class NamedSerializer(serializers.Serializer[Any]):
    """A system in one revision."""

    system = serializers.CharField()
    name = serializers.CharField()
    revision = serializers.CharField()


class ComponentSerializer(serializers.Serializer[Any]):
    """A board and its weight."""

    board = serializers.CharField(help_text="BENCHMARK:METRIC")
    weight = serializers.CharField(help_text=_DECIMAL)
    share = serializers.CharField(help_text="of all weights; decimal string")
    higher_is_better = serializers.BooleanField(help_text="where not, 1 − score is weighed in")


class AggregateRowSerializer(NamedSerializer):
    """A system that is on every chosen board."""

    value = serializers.CharField(help_text=_DECIMAL)
    low = serializers.CharField(help_text=_DECIMAL)
    high = serializers.CharField(help_text=_DECIMAL)
    rank_low = serializers.IntegerField()
    rank_high = serializers.IntegerField()
    without_low = serializers.IntegerField(help_text="best place when any one board is left out")
    without_high = serializers.IntegerField(help_text="worst place when any one board is left out")


class IncompleteSerializer(NamedSerializer):
    """A system that lacks some of the boards; it is not ranked."""

    has = serializers.IntegerField()
    of = serializers.IntegerField()


class AggregateSerializer(serializers.Serializer[Any]):
    """An aggregate and all it stands on."""

    available = serializers.ListField(child=serializers.CharField(), help_text="boards to weigh in")
    components = ComponentSerializer(many=True)
    draws = serializers.IntegerField()
    ranked = AggregateRowSerializer(many=True)
    incomplete = IncompleteSerializer(many=True)


class SideFigureSerializer(NamedSerializer):
    """A system's figure on a board."""

    value = serializers.CharField(help_text=_DECIMAL)
    low = serializers.CharField(allow_null=True, help_text=_DECIMAL)
    high = serializers.CharField(allow_null=True, help_text=_DECIMAL)
    interval = serializers.CharField()
    n = serializers.IntegerField(allow_null=True)
    ranked = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
    rank_low = serializers.IntegerField(allow_null=True)
    rank_high = serializers.IntegerField(allow_null=True)
    assurance = serializers.CharField()


class PairSerializer(serializers.Serializer[Any]):
    """Two systems on a headline board; not corrected for the number of comparisons."""

    first = serializers.CharField()
    second = serializers.CharField()
    difference = serializers.CharField(help_text="first minus second; decimal string")
    p = serializers.CharField(allow_null=True, help_text=_DECIMAL)
    test = serializers.CharField()
    told_apart = serializers.BooleanField(help_text="at 5 %")


class SideBoardSerializer(serializers.Serializer[Any]):
    """A board at a glance."""

    board = serializers.CharField(help_text="BENCHMARK:METRIC")
    version = serializers.CharField()
    dimension = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    number = serializers.IntegerField(help_text="of the newest snapshot; 0 while empty")


class ComparedBoardSerializer(SideBoardSerializer):
    """A board across the chosen systems, in their order; null where one was not measured."""

    figures = serializers.ListField(child=SideFigureSerializer(allow_null=True))
    pairs = PairSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Systems side by side."""

    systems = serializers.ListField(child=serializers.CharField())
    boards = ComparedBoardSerializer(many=True)


class DimensionSerializer(serializers.Serializer[Any]):
    """A dimension and its boards."""

    code = serializers.CharField()
    name = serializers.CharField()
    boards = serializers.ListField(child=serializers.CharField(), help_text="BENCHMARK:METRIC")


class LedBoardSerializer(SideBoardSerializer):
    """A board with its leaders."""

    systems = serializers.IntegerField()
    ranked = serializers.IntegerField()
    leaders = SideFigureSerializer(many=True)


class DimensionDetailSerializer(serializers.Serializer[Any]):
    """A dimension with the leaders of its boards."""

    code = serializers.CharField()
    name = serializers.CharField()
    boards = LedBoardSerializer(many=True)


class DeviceSerializer(serializers.Serializer[Any]):
    """A device; 0 is a processor without an accelerator."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class DeviceFigureSerializer(NamedSerializer):
    """A system revision on a device."""

    device = serializers.IntegerField()
    device_name = serializers.CharField()
    value = serializers.CharField(help_text=_DECIMAL)
    n = serializers.IntegerField()
    results = serializers.IntegerField()
    items_per_second = serializers.FloatField(allow_null=True)
    joules_per_item = serializers.FloatField(allow_null=True)


class DeviceBoardSerializer(serializers.Serializer[Any]):
    """A headline board on a device and its systems' other devices."""

    board = serializers.CharField(help_text="BENCHMARK:METRIC")
    version = serializers.CharField()
    figures = DeviceFigureSerializer(many=True)


class DeviceDetailSerializer(DeviceSerializer):
    """A device with what was measured on it."""

    boards = DeviceBoardSerializer(many=True)
