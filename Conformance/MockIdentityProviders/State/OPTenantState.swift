// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import Synchronization

/// Everything one tenant remembers.
///
/// Safe to use from any task while the provider serves.
package final class OPTenantState: Sendable {
    private struct State {
        var clients: [String: OPClient]
        var keys: TenantKeys?
        var waiting: [String: AuthorizationRequest] = [:]
        var grants: [String: Grant] = [:]
        var codeOfToken: [String: String] = [:]
        var sessions: [String: OPSession] = [:]
        var nextFault: OPFault?
        var userFaults: [String: OPFault] = [:]
        var documentFault: OPFault?
        var counts: [String: Int] = [:]
        var vendor = VendorState()
        var clientKeys: [String: JWKSet] = [:]
        var assertions: [AcceptedAssertion] = []
        var pushed: [String: PushedRequest] = [:]
    }

    /// The tenant as configured.
    package let definition: OPTenant
    private let secrets: IssuedSecrets
    private let random: @Sendable (Int) -> [UInt8]
    private let state: Mutex<State>

    init(_ definition: OPTenant, secrets: IssuedSecrets, random: @escaping @Sendable (Int) -> [UInt8]) throws {
        self.definition = definition
        self.secrets = secrets
        self.random = random
        let clients = Dictionary(definition.clients.map { ($0.clientID, $0) }, uniquingKeysWith: { _, last in last })
        state = Mutex(State(clients: clients))
        for client in definition.clients { client.clientSecret.map { secrets.record(.clientSecret, $0) } }
    }

    // MARK: For tests

    /// Makes the next login, and only that one, meet this mistake; nil takes it back.
    ///
    /// A mistake of discovery or the JWKS is made at once and until it is taken back, because fetching those belongs to
    /// no login.
    package func setFault(_ fault: OPFault?) {
        state.withLock { state in
            state.nextFault = nil
            state.documentFault = nil
            if fault?.isDocumentFault == true { state.documentFault = fault } else { state.nextFault = fault }
        }
    }

    /// Makes every login of one user meet this mistake; nil takes it back.
    package func setFault(_ fault: OPFault?, forUser userName: String) {
        state.withLock { $0.userFaults[userName] = fault }
    }

    /// Adds a client, or replaces the one with the same id.
    package func register(_ client: OPClient) {
        client.clientSecret.map { secrets.record(.clientSecret, $0) }
        state.withLock { $0.clients[client.clientID] = client }
    }

    /// Signs with a key that was not published before; the old one stays in the JWKS.
    ///
    /// Gives the new `kid`.
    @discardableResult package func rotateKey() throws -> String { try rotateKey(id: nil) }

    @discardableResult func rotateKey(id: String?) throws -> String {
        let key = try SigningKey.generate(
            definition.algorithm, kid: id ?? definition.profile?.keyStyle.keyID(random))
        _ = try keys()
        try state.withLock { try $0.keys?.rotate(to: key) }
        return key.kid
    }

    /// Requests by endpoint: `discovery`, `jwks`, `authorize`, `login`, `token`, `userinfo`, `end-session`, `par`, `client-jwks`,
    /// what was read of clients' keys, and `lure`,
    /// the address in a token's `jku` and `x5u`, which nobody may follow.
    package var counts: [String: Int] { state.withLock { $0.counts } }

    /// Forgets counts, faults, sessions and everything issued.
    ///
    /// Clients and keys stay.
    package func reset() {
        state.withLock {
            $0 = State(
                clients: $0.clients, keys: $0.keys,
                vendor: VendorState(serviceAccountKey: $0.vendor.serviceAccountKey))
        }
    }

    /// The client assertions that were accepted, in order.
    package var assertions: [AcceptedAssertion] { state.withLock { $0.assertions } }

    // MARK: For the endpoints

    /// Keeps an accepted assertion; false where one with its `jti` came before (RFC 7523 3 item 7).
    func accept(_ assertion: AcceptedAssertion) -> Bool {
        state.withLock { state in
            guard !state.assertions.contains(where: { $0.jti == assertion.jti }) else { return false }
            state.assertions.append(assertion)
            return true
        }
    }

    func clientKeys(at address: String) -> JWKSet? { state.withLock { $0.clientKeys[address] } }

    func keep(_ keys: JWKSet, ofClientsAt address: String) { state.withLock { $0.clientKeys[address] = keys } }

    func keep(_ request: PushedRequest, requestURI: String) { state.withLock { $0.pushed[requestURI] = request } }

    /// What a browser asks for: itself, or by the name of what was pushed, once.
    func requested(by given: Parameters, now: Int64) -> Parameters? {
        guard let name = given["request_uri"] else { return given }
        return state.withLock { state in
            guard let pushed = state.pushed[name], pushed.clientID == given["client_id"] else { return nil }
            state.pushed[name] = nil
            return pushed.until > now ? pushed.parameters : nil
        }
    }

    /// Made when they are first needed: a world of vendors has many.
    func keys() throws -> TenantKeys {
        try state.withLock { state in
            if let keys = state.keys { return keys }
            let keys = try TenantKeys(
                definition.algorithm, style: definition.profile?.keyStyle, name: definition.name, random: random)
            state.keys = keys
            return keys
        }
    }

    /// What a vendor remembers besides.
    func withVendor<Result: Sendable>(_ body: (inout VendorState) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0.vendor) }
    }

    var documentFault: OPFault? { state.withLock { $0.documentFault } }

    func count(_ endpoint: String) {
        state.withLock { $0.counts[endpoint, default: 0] += 1 }
    }

    func client(_ id: String) -> OPClient? { state.withLock { $0.clients[id] } }

    func wait(_ request: AuthorizationRequest, handle: String) {
        state.withLock { $0.waiting[handle] = request }
    }

    /// The waiting request, which stays: a wrong user name may be corrected.
    func waiting(_ handle: String) -> AuthorizationRequest? { state.withLock { $0.waiting[handle] } }

    func stopWaiting(_ handle: String) {
        state.withLock { _ = $0.waiting.removeValue(forKey: handle) }
    }

    func session(_ handle: String) -> OPSession? { state.withLock { $0.sessions[handle] } }

    func remember(_ session: OPSession, handle: String) {
        state.withLock { $0.sessions[handle] = session }
    }

    func endSessions(sid: String) {
        state.withLock { $0.sessions = $0.sessions.filter { $0.value.sid != sid } }
    }

    func endSession(_ handle: String) {
        state.withLock { _ = $0.sessions.removeValue(forKey: handle) }
    }

    /// The mistake of a login that begins now: the chosen one, the user's, or the next in line.
    func takeFault(user: OPUser, chosen: OPFault?) -> OPFault? {
        state.withLock { state in
            guard let fault = chosen ?? state.userFaults[user.userName] ?? user.fault else {
                let next = state.nextFault
                state.nextFault = nil
                return next
            }
            if fault.isDocumentFault { state.documentFault = fault }
            return fault
        }
    }

    func keep(_ grant: Grant, code: String) {
        state.withLock { $0.grants[code] = grant }
    }

    /// Redeems a code once.
    ///
    /// A second try gives nil and revokes what the first one issued (RFC 6749 4.1.2).
    func redeem(_ code: String, accessToken: String) -> Grant? {
        state.withLock { state in
            guard var grant = state.grants[code] else { return nil }
            guard !grant.redeemed else {
                grant.accessToken.map { _ = state.codeOfToken.removeValue(forKey: $0) }
                return nil
            }
            grant.redeemed = true
            grant.accessToken = accessToken
            state.grants[code] = grant
            state.codeOfToken[accessToken] = code
            return grant
        }
    }

    func grant(accessToken: String) -> Grant? {
        state.withLock { state in
            state.vendor.accessGrants[accessToken] ?? state.codeOfToken[accessToken].flatMap { state.grants[$0] }
        }
    }

    func user(_ typed: String) -> OPUser? {
        let listed = people.first {
            $0.userName == typed || ($0.email?.lowercased() == typed.lowercased() && !typed.isEmpty)
        }
        if let listed, isDisabled(listed.userName) { return nil }
        guard listed == nil, definition.acceptsAnyone, typed.contains("@") else { return listed }
        return OPUser(
            userName: typed, sub: String(Digests.sha256Hex(typed.lowercased()).prefix(32)), email: typed,
            name: typed.split(separator: "@").first.map { $0.capitalized } ?? typed)
    }
}
