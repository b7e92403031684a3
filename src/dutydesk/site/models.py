"""What the site itself stores: nothing that anybody reads."""

from django.db import models


class Trial(models.Model):
    """Something written to see whether anything can be; each one takes the place of the last."""

    content = models.BinaryField()
