"""The words by which hazards are sorted: sector (行业领域), kind of accident feared, level."""

SECTORS = (
    "gas",
    "chemicals",
    "transport",
    "construction",
    "fire",
    "special_equipment",
    "tourism",
    "health",
    "education",
    "power",
    "other",
)
KINDS = ("fire", "explosion", "collapse", "rollover", "other")
LEVELS = ("general", "major")
