"""How many members others counted."""

from __future__ import annotations

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class HeadcountFact(models.Model):
    """How many organisations a source counted on a day."""

    counted_on = models.DateField()
    precision = models.CharField(
        max_length=10, choices=[("day", "day"), ("month", "month"), ("season", "season")]
    )
    organisations = models.PositiveIntegerField()
    at_least = models.BooleanField(default=False)
    countries = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["-counted_on"]
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            models.UniqueConstraint(fields=["counted_on", "source"], name="headcount_once_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.counted_on}: {self.organisations}"

    @property
    def when(self) -> str:
        """The date as exactly as the source states it: a day, a month or a season."""
        if self.precision == "season":
            names = [
                _("winter %(year)s"),
                _("spring %(year)s"),
                _("summer %(year)s"),
                _("autumn %(year)s"),
            ]
            return str(names[self.counted_on.month % 12 // 3]) % {"year": self.counted_on.year}
        return date_format(
            self.counted_on, "DATE_FORMAT" if self.precision == "day" else "YEAR_MONTH_FORMAT"
        )
