import BrokerEngine
import Foundation
import SAML

/// What is kept of a LogoutRequest until everything has ended.
struct LogoutConclusion: Codable, Sendable, Hashable {
    /// The request that is answered.
    var inResponseTo: String
    /// What goes back with the answer.
    var relayState: RelayState?
    /// Whether the request named more sessions than the one that ended.
    var isPartial = false

    init(inResponseTo: String, relayState: RelayState?) {
        self.inResponseTo = inResponseTo
        self.relayState = relayState
    }

    init(_ data: Data) throws(FacadeError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch {
            throw FacadeError(
                .configurationInvalid, detail: "what the sign-out kept cannot be read", underlying: error)
        }
    }

    func data() throws(FacadeError) -> Data {
        do {
            return try JSONEncoder().encode(self)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the sign-out cannot be kept", underlying: error)
        }
    }
}
