// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import SAML
import Synchronization
package import XMLSecurity

/// Everything one SAML IdP remembers.
///
/// Safe to use from any task while the IdP serves.
package final class SAMLTenantState: Sendable {
    private struct State {
        var profile: SAMLProfile
        var serviceProviders: [String: ServiceProvider]
        var keys: SAMLKeys
        var metadata = SAMLMetadataSwitches()
        var waiting: [String: SAMLLoginRequest] = [:]
        var sessions: [String: SAMLSession] = [:]
        var nextFault: SAMLFault?
        var userFaults: [String: SAMLFault] = [:]
        var logoutFault: SAMLLogoutFault?
        var isLogoutPartial = false
        var pendingLogout: String?
        var logoutAnswers: [String] = []
        var lastLogout: MessageDelivery?
        var lastMessage: [UInt8]?
        var answered: [String] = []
        var counts: [String: Int] = [:]
    }

    /// The tenant as configured.
    package let definition: SAMLTenant
    private let state: Mutex<State>

    init(_ definition: SAMLTenant) throws {
        self.definition = definition
        let known = Dictionary(definition.serviceProviders.map { ($0.entityID, $0) }, uniquingKeysWith: { $1 })
        state = Mutex(
            State(profile: definition.profile, serviceProviders: known, keys: try SAMLKeys(definition.title)))
    }

    // MARK: For tests

    /// Makes the next login, and only that one, meet this mistake; nil takes it back.
    package func setFault(_ fault: SAMLFault?) { state.withLock { $0.nextFault = fault } }

    /// Makes every login of one user meet this mistake; nil takes it back.
    package func setFault(_ fault: SAMLFault?, forUser userName: String) {
        state.withLock { $0.userFaults[userName] = fault }
    }

    /// Makes the next logout message meet this mistake; nil takes it back.
    package func setLogoutFault(_ fault: SAMLLogoutFault?) { state.withLock { $0.logoutFault = fault } }

    /// Whether logouts end everywhere but at one other SP.
    package func setLogoutPartial(_ isPartial: Bool) { state.withLock { $0.isLogoutPartial = isPartial } }

    /// What SPs answered to logouts that began here: `success`, `partial` or `failed`.
    package var logoutAnswers: [String] { state.withLock { $0.logoutAnswers } }

    /// How many sign-ins browsers remember.
    package var sessionCount: Int { state.withLock { $0.sessions.count } }

    /// What the metadata says from now on, honest or not.
    package func setMetadata(_ switches: SAMLMetadataSwitches) { state.withLock { $0.metadata = switches } }

    /// How messages are written from now on.
    package func setProfile(_ profile: SAMLProfile) { state.withLock { $0.profile = profile } }

    /// Adds an SP, or replaces the one of the same entityID.
    package func register(_ provider: ServiceProvider) {
        state.withLock { $0.serviceProviders[provider.entityID] = provider }
    }

    /// Signs with the next key from now on.
    package func rotateKey() throws { try state.withLock { try $0.keys.rotate() } }

    /// The certificate of the key that signs, as PEM.
    package func certificatePEM(_ algorithm: SignatureAlgorithm = .rsaSHA256) -> String {
        PEM.text(keys.key(for: algorithm).certificate, label: "CERTIFICATE")
    }

    /// Requests by endpoint: `metadata`, `sso`, `login`, `slo`, and `lure`, the address in hostile messages, which nobody
    /// may follow.
    package var counts: [String: Int] { state.withLock { $0.counts } }

    /// Forgets counts, faults, switches, sessions and everything issued.
    ///
    /// SPs and keys stay.
    package func reset() {
        state.withLock {
            $0 = State(profile: definition.profile, serviceProviders: $0.serviceProviders, keys: $0.keys)
        }
    }

    // MARK: For the endpoints

    var keys: SAMLKeys { state.withLock { $0.keys } }
    var profile: SAMLProfile { state.withLock { $0.profile } }
    var metadata: SAMLMetadataSwitches { state.withLock { $0.metadata } }

    func count(_ endpoint: String) { state.withLock { $0.counts[endpoint, default: 0] += 1 } }

    func serviceProvider(_ entityID: String) -> ServiceProvider? { state.withLock { $0.serviceProviders[entityID] } }

    func wait(_ request: SAMLLoginRequest, handle: String) { state.withLock { $0.waiting[handle] = request } }
    /// The waiting request, which stays: a wrong user name may be corrected.
    func waiting(_ handle: String) -> SAMLLoginRequest? { state.withLock { $0.waiting[handle] } }
    func stopWaiting(_ handle: String) { state.withLock { _ = $0.waiting.removeValue(forKey: handle) } }

    func session(_ handle: String) -> SAMLSession? { state.withLock { $0.sessions[handle] } }
    func remember(_ session: SAMLSession, handle: String) { state.withLock { $0.sessions[handle] = session } }
    func endSession(_ handle: String) { state.withLock { _ = $0.sessions.removeValue(forKey: handle) } }
    /// Ends the sessions that a LogoutRequest names; how many there were.
    func endSessions(where isNamed: (SAMLSession) -> Bool) -> Int {
        state.withLock { state in
            let ended = state.sessions.filter { isNamed($0.value) }
            for handle in ended.keys { state.sessions[handle] = nil }
            return ended.count
        }
    }
    /// Adds what a session was called toward an SP.
    func join(_ participant: SAMLSession.Participant, index: String) {
        state.withLock { state in
            for (handle, session) in state.sessions where session.index == index {
                state.sessions[handle]?.participants[participant.entityID] = participant
            }
        }
    }
    func sessions(of user: String) -> [SAMLSession] {
        state.withLock { $0.sessions.values.filter { $0.user.userName == user } }
    }

    /// The mistake of a login that begins now: the chosen one, the user's, or the next in line.
    func takeFault(user: SAMLUser, chosen: SAMLFault?) -> SAMLFault? {
        state.withLock { state in
            if let fault = chosen ?? state.userFaults[user.userName] ?? user.fault { return fault }
            defer { state.nextFault = nil }
            return state.nextFault
        }
    }

    func takeLogoutFault() -> SAMLLogoutFault? {
        state.withLock { state in
            defer { state.logoutFault = nil }
            return state.logoutFault
        }
    }

    var serviceProviders: [ServiceProvider] {
        state.withLock { $0.serviceProviders.values.sorted { $0.entityID < $1.entityID } }
    }
    var isLogoutPartial: Bool { state.withLock { $0.isLogoutPartial } }
    var pendingLogout: String? { state.withLock { $0.pendingLogout } }
    func beginLogout(_ id: String) { state.withLock { $0.pendingLogout = id } }
    func keepLogoutAnswer(_ status: String) { state.withLock { $0.logoutAnswers.append(status) } }
    /// Keeps a logout message; gives the one before.
    func keepLogout(_ message: MessageDelivery) -> MessageDelivery? {
        state.withLock { state in
            defer { state.lastLogout = message }
            return state.lastLogout
        }
    }

    /// Keeps a message; gives the one before.
    func keepMessage(_ message: [UInt8]) -> [UInt8]? {
        state.withLock { state in
            defer { state.lastMessage = message }
            return state.lastMessage
        }
    }

    /// Keeps the ID of a request that is being answered; gives the one before.
    func keepRequest(_ id: String) -> String? {
        state.withLock { state in
            let before = state.answered.last { $0 != id }
            state.answered = state.answered.suffix(16) + [id]
            return before
        }
    }

    func user(_ typed: String) -> SAMLUser? {
        let listed = definition.users.first {
            $0.userName == typed || ($0.email?.lowercased() == typed.lowercased() && !typed.isEmpty)
        }
        guard listed == nil, definition.acceptsAnyone, typed.contains("@") else { return listed }
        return SAMLUser(
            userName: typed, id: String(Digests.sha256Hex(typed.lowercased()).prefix(32)), email: typed,
            name: typed.split(separator: "@").first.map { $0.capitalized } ?? typed)
    }
}

/// A sign-in that a browser remembers.
struct SAMLSession: Sendable {
    /// One SP that took part, and what the person is called there.
    struct Participant: Sendable {
        var entityID: String
        var name: String
        var format: String?
        var nameQualifier: String?
        var spNameQualifier: String?
    }

    let index: String
    let user: SAMLUser
    let authTime: Int64
    var participants: [String: Participant] = [:]
}

/// An AuthnRequest that passed its checks, or a login that nobody asked for.
struct SAMLLoginRequest: Sendable {
    let provider: ServiceProvider
    let acsURL: String
    /// Nil for a login that the IdP starts.
    let requestID: String?
    let relayState: String?
    /// Whom the SP expects.
    var hint: String?
    var forcesAuthentication = false
    var isPassive = false
    var nameIDFormat: String?
    var contextClasses: [String] = []
}
