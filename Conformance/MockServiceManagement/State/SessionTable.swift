// SPDX-License-Identifier: Apache-2.0

import Broker
import Synchronization

/// The portal's own sessions, and what waits for an answer of the IdP.
package final class SessionTable: Sendable {
    /// A login that the browser is away for.
    struct PendingLogin: Sendable {
        /// Cookie of the browser that began it.
        let browser: String
        let secrets: LoginSecrets
        /// Where the customer wanted to go.
        let returnPath: String
    }

    private struct State {
        var sessions: [String: SignedInCustomer] = [:]
        var anonymous = Bounded<Bool>()
        var destinations = Bounded<String>()
        var logins = Bounded<PendingLogin>()
        var logouts = Bounded<PendingPortalLogout>()
        var seen = Bounded<Bool>()
        var refusals: [String] = []
    }

    private let randomness: Randomness
    private let state = Mutex(State())

    init(randomness: Randomness) { self.randomness = randomness }

    /// How many sessions are open.
    package var count: Int { state.withLock { $0.sessions.count } }

    /// Whose sessions are open, one name for each session, in alphabetical order.
    package var usernames: [String] { state.withLock { $0.sessions.values.map(\.username).sorted() } }

    /// Codes of the sign-ins and logout messages that were refused, oldest first, the last hundred.
    package var refusals: [String] { state.withLock { $0.refusals } }

    /// Ends every session and forgets every pending login.
    package func reset() { state.withLock { $0 = State() } }

    // MARK: Sessions

    func customer(_ cookie: String?) -> SignedInCustomer? {
        guard let cookie else { return nil }
        return state.withLock { $0.sessions[cookie] }
    }

    /// The browser's cookie where the table has given it out, or else a new one.
    func browser(_ cookie: String?) -> (cookie: String, isNew: Bool) {
        let fresh = newCookie()
        return state.withLock { state in
            if let cookie, state.sessions[cookie] != nil || state.anonymous[cookie] != nil { return (cookie, false) }
            state.anonymous.set(true, for: fresh)
            return (fresh, true)
        }
    }

    /// Opens a session under a cookie that nobody has seen, in place of whatever the browser had before.
    func open(_ customer: SignedInCustomer, replacing old: [String?]) -> String {
        let cookie = newCookie()
        state.withLock { state in
            for old in old.compactMap(\.self) {
                state.sessions[old] = nil
                _ = state.anonymous.take(old)
            }
            state.sessions[cookie] = customer
        }
        return cookie
    }

    func end(_ cookie: String?) -> SignedInCustomer? {
        guard let cookie else { return nil }
        return state.withLock { $0.sessions.removeValue(forKey: cookie) }
    }

    func end(where isMeant: (SignedInCustomer) -> Bool) {
        state.withLock { state in state.sessions = state.sessions.filter { !isMeant($0.value) } }
    }

    // MARK: What waits

    func keep(destination: String) -> String {
        let handle = randomness.token(bytes: 12)
        state.withLock { $0.destinations.set(destination, for: handle) }
        return handle
    }

    func destination(_ handle: String) -> String? { state.withLock { $0.destinations[handle] } }

    func wait(_ login: PendingLogin) { state.withLock { $0.logins.set(login, for: login.secrets.state) } }

    /// The pending login, once.
    func takeLogin(_ handle: String) -> PendingLogin? { state.withLock { $0.logins.take(handle) } }

    func wait(_ logout: PendingPortalLogout) { state.withLock { $0.logouts.set(logout, for: logout.state) } }

    /// The pending logout, once.
    func takeLogout(_ handle: String) -> PendingPortalLogout? { state.withLock { $0.logouts.take(handle) } }

    /// Whether something that may be seen once is seen for the first time.
    func isFirst(_ identifier: String) -> Bool {
        state.withLock { state in
            guard state.seen[identifier] == nil else { return false }
            state.seen.set(true, for: identifier)
            return true
        }
    }

    func keepRefusal(_ code: String) {
        state.withLock { $0.refusals = $0.refusals.suffix(99) + [code] }
    }

    /// 128 random bits in hex, as Tomcat writes them.
    private func newCookie() -> String {
        randomness.bytes(16).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
