"""Dates et chiffres français du portail : 23 novembre 2026, 14 h 00."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H\\\u00a0\\h\\\u00a0i"
DATETIME_FORMAT = "j F Y, H\\\u00a0\\h\\\u00a0i"
SHORT_DATE_FORMAT = "j N Y"
SHORT_DATETIME_FORMAT = "j N Y, H\\\u00a0\\h\\\u00a0i"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
