"""The interface for other systems, and the pages on which the province gives out tokens."""

from supervision.api.routes import reading, standing, tokens
from supervision.api.routes.blueprint import api, bp

__all__ = ["api", "bp", "reading", "standing", "tokens"]
