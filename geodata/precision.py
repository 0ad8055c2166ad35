"""How precisely a place is known: the scale, and the radius that each step stands for."""

# From fine to coarse. A dot is drawn only for the first three; `district` and `province` shade their unit;
# `region` and `none` are listed.
PRECISIONS = ("exact", "place", "near", "district", "province", "region", "none")

POINT_PRECISIONS = ("exact", "place", "near")
UNIT_PRECISIONS = ("district", "province")
LISTED_PRECISIONS = ("region", "none")

# Radius in kilometres within which the event took place, where the row gives none of its own.
RADIUS_KM = {"exact": 1.0, "place": 5.0, "near": 25.0}
