"""Pictures of models and of their training, by matplotlib."""

from .boundary import plot_boundary as plot_boundary
from .landscape import plot_landscape as plot_landscape
from .layers import plot_layers as plot_layers
from .picture import Picture as Picture
