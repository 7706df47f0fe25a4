package import Broker
import BrokerModel

/// Where a browser is, as far as attempts are counted: an IPv4 address, or the /64 that one household or office has of
/// IPv6.
///
/// A text that is equal for equal networks.
package struct ClientNetwork: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// One IPv4 address, whichever way it is written, or the first 64 bits of an IPv6 address: the rest is the client's
    /// own choice (M58).
    package init(of address: IPAddress) {
        switch address.unmapped {
        case .v4(let bits): text = "\(IPAddress.v4(bits))/32"
        case .v6(let bits): text = "\(IPAddress.v6((bits >> 64) << 64))/64"
        }
    }
}

/// The login on whose behalf a module is running.
///
/// A module's context belongs to its connection and not to a login, so what the engine's own services need to know of the
/// login travels with the task. Only `LoginFlow` and `TestLogins` set it, around the calls of a module's `beginLogin` and `completeLogin`;
/// no module can reach it.
struct LoginOrigin: Sendable {
    var reference: Reference
    /// Nil for an operator's test, which belongs to no site.
    var site: SiteID?
    /// Nil where the server cannot know it, such as behind a unix socket whose proxy says nothing.
    var network: ClientNetwork?
    /// Whether an operator tests the connection, which may be before it is enabled.
    var isTest = false

    @TaskLocal static var current: LoginOrigin?

    /// Runs a module's part of the login.
    func run<Value: Sendable>(
        _ work: () async throws(LoginError) -> Value
    ) async throws(LoginError) -> Value {
        let result: Result<Value, LoginError> = await Self.$current.withValue(self) {
            do throws(LoginError) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
