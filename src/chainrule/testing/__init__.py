"""What people's own tests use."""

from .gradients import assert_gradients as assert_gradients
