// FrontConformance holds what every front must do, as values: requests to JSM made by the thousand from its grammar, and
// what may come of each. It knows no proxy; `conformance run --suite fronts` sends these through the real ones.
