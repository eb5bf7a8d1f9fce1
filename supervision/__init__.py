"""Role-based homes, navigation, drill-down of the numbers."""
