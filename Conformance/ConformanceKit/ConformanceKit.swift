// Proves a provider module: rules as values, a scripted network, an honest upstream and its faults, a login driver.
