// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import JOSE
import SAML
import XMLSecurity

/// Why a request is not answered with a message.
struct SAMLRefusal: Error, CustomStringConvertible {
    let description: String
}

/// The single sign-on service: checks the AuthnRequest, then signs in silently or asks who is there.
struct SingleSignOnRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        visit.tenant.count("sso")
        return try proceed(try request())
    }

    private func request() throws -> SAMLLoginRequest {
        let inbound = try visit.inbound()
        let reader = AuthnRequestReader(endpoint: "\(visit.base)/sso")
        let unverified = try reader.readWithoutVerifying(inbound)
        guard let provider = visit.tenant.serviceProvider(unverified.request.issuer) else {
            throw SAMLRefusal(description: "Nobody here knows the application that sent you.")
        }
        let received = try verified(inbound, unverified, reader, provider)
        let wanted = received.request
        guard let acsURL = wanted.acsURL ?? provider.acsURLs.first,
            provider.acsURLs.contains(where: { $0.utf8.elementsEqual(acsURL.utf8) })
        else {
            throw SAMLRefusal(
                description: "The application that sent you gave an address to return to that is not registered.")
        }
        return SAMLLoginRequest(
            provider: provider, acsURL: acsURL, requestID: wanted.id, relayState: received.relayState?.value,
            hint: hint, forcesAuthentication: wanted.forceAuthn, isPassive: wanted.isPassive,
            nameIDFormat: wanted.nameIDFormat, contextClasses: wanted.contextClasses)
    }

    /// A request of an SP whose keys are known counts only as signed, where the tenant wants that.
    private func verified(
        _ inbound: InboundMessage, _ unverified: AuthnRequestReader.Received, _ reader: AuthnRequestReader,
        _ provider: ServiceProvider
    ) throws -> AuthnRequestReader.Received {
        guard !provider.signingKeys.isEmpty else { return unverified }
        do throws(SAMLError) {
            return try reader.read(inbound, keys: provider.signingKeys, policy: .standard)
        } catch {
            let mayBeUnsigned = !visit.tenant.definition.wantsSignedRequests && error.rule == "signature_missing"
            guard mayBeUnsigned else { throw error }
            return unverified
        }
    }

    /// SAML has no hint of its own in a request that asks for no subject; products take it from the query.
    private var hint: String? { visit.query["login_hint"] ?? visit.query["LoginHint"] ?? visit.query["username"] }

    private func proceed(_ request: SAMLLoginRequest) throws -> Response {
        let login = SAMLLogin(visit: visit, request: request)
        let hinted = request.hint.flatMap { SAMLLogin.read($0, at: visit.tenant) }
        if visit.tenant.definition.autoLogin, let hinted {
            return try login.complete(login.newSession(hinted.user), fault: hinted.fault)
        }
        if !request.forcesAuthentication, let session = visit.sessionHandle.flatMap({ visit.tenant.session($0) }) {
            return try login.complete(session, fault: nil)
        }
        guard !request.isPassive else { return try login.fail("NoPassive") }
        return login.ask()
    }
}

/// A login that nobody asked for (SAML Profiles 4.1.5): `?sp=ENTITYID`, and perhaps `user`, `fault`, `RelayState`.
struct StartLoginRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        guard let provider = visit.query["sp"].flatMap({ visit.tenant.serviceProvider($0) }),
            let acsURL = provider.acsURLs.first
        else { throw SAMLRefusal(description: "Nobody here knows this application.") }
        let request = SAMLLoginRequest(
            provider: provider, acsURL: acsURL, requestID: nil, relayState: visit.query["RelayState"],
            hint: visit.query["user"])
        let login = SAMLLogin(visit: visit, request: request)
        if let user = visit.query["user"].flatMap({ SAMLLogin.read($0, at: visit.tenant) }) {
            return try login.signIn(user.user, fault: user.fault)
        }
        if let session = visit.sessionHandle.flatMap({ visit.tenant.session($0) }) {
            return try login.complete(session, fault: nil)
        }
        return login.ask()
    }
}

/// The sign-in form.
///
/// Any password is right; an unknown user name is not.
struct SAMLLoginRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        visit.tenant.count("login")
        guard let handle = visit.form["request"], let request = visit.tenant.waiting(handle) else {
            throw SAMLRefusal(description: "This page is too old. Please start again at the application.")
        }
        let login = SAMLLogin(visit: visit, request: request)
        if visit.form["cancel"] != nil {
            visit.tenant.stopWaiting(handle)
            return try login.fail("AuthnFailed")
        }
        let typed = visit.form["pick"] ?? visit.form["user"] ?? ""
        guard let read = SAMLLogin.read(typed, at: visit.tenant) else {
            let page = SAMLSignInPage(visit: visit, request: request, handle: handle)
            return Answer.html(page.html(typed: typed, problem: "There is no such user here."), .badRequest)
        }
        visit.tenant.stopWaiting(handle)
        return try login.signIn(
            read.user, fault: read.fault ?? visit.form["fault"].flatMap { SAMLFault(rawValue: $0) })
    }
}
