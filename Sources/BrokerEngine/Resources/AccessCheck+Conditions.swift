import Broker
import BrokerModel

extension AccessCheck {
    /// How deep conditions may stand in each other: nobody reads more, and each request walks through them.
    static let maximumDepth = 8

    /// What must be true of a condition and of all in it.
    ///
    /// An empty list says nothing: `all` and `none` of nothing hold of everybody.
    func conditions(_ condition: AccessCondition, depth: Int, at path: [String]) -> [SettingsError.Problem] {
        guard depth <= Self.maximumDepth else {
            return [.init(path: path, text: "conditions stand no more than \(Self.maximumDepth) deep in each other")]
        }
        switch condition {
        case .all(let parts): return self.parts(parts, of: "all", depth, at: path)
        case .any(let parts): return self.parts(parts, of: "any", depth, at: path)
        case .none(let parts): return self.parts(parts, of: "none", depth, at: path)
        default: return leaf(condition, at: path)
        }
    }

    private func parts(
        _ parts: [AccessCondition], of key: String, _ depth: Int, at path: [String]
    ) -> [SettingsError.Problem] {
        guard !parts.isEmpty else { return [Self.empty(path + [key])] }
        return parts.enumerated().flatMap { conditions($1, depth: depth + 1, at: path + [key, String($0)]) }
    }

    private func leaf(_ condition: AccessCondition, at path: [String]) -> [SettingsError.Problem] {
        switch condition {
        case .group(""): [.init(path: path + ["group"], text: "must not be empty")]
        case .attribute("", _): [.init(path: path + ["attribute", "name"], text: "must not be empty")]
        case .authenticationContext(""): [.init(path: path + ["acr"], text: "must not be empty")]
        case .connection(let id) where !connections.contains(id):
            [.init(path: path + ["connection"], text: "connection \(id) does not exist")]
        case .organization(let id) where !organizations.contains(id):
            [.init(path: path + ["organization"], text: "organization \(id) does not exist")]
        case .authenticated(let age) where age <= .zero:
            [.init(path: path + ["authenticatedWithin"], text: "must be longer than nothing")]
        default: []
        }
    }
}
