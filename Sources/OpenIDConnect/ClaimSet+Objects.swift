import JOSE

extension ClaimSet {
    /// The objects of a member that is a list of objects and nothing else, such as a page of an API's answer.
    package func objects(_ name: String) -> [ClaimSet]? {
        guard let values = object.array(name) else { return nil }
        let objects = values.compactMap(\.object)
        return objects.count == values.count ? objects.map { ClaimSet($0) } : nil
    }
}
