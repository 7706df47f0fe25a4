// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE
import XMLSecurity

/// Remote control under `/__mock/`, for whoever knows the control secret.
///
/// The names are those of the OpenID provider's; `register`, `metadata` and `profile` are this one's own.
struct SAMLControlRoutes {
    let host: SAMLHost

    func respond(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ form: Parameters) -> Response {
        let secret = host.configuration.controlSecret
        guard !secret.isEmpty, headers[values: .mockControl] == [secret] else { return refused(.notFound) }
        if method == .get, path == "secrets" { return secrets }
        if method == .get, path == "faults" { return faults }
        guard method == .post, let tenant = form["tenant"].flatMap({ host.tenants[$0] }) else {
            return refused(.badRequest)
        }
        switch path {
        case "fault": return setFault(form, tenant)
        case "metadata": return setMetadata(form, tenant)
        case "profile": return setProfile(form, tenant)
        case "register": return register(form, tenant)
        case "rotate":
            guard (try? tenant.rotateKey()) != nil else { return refused(.badRequest) }
            return Answer.noContent
        case "reset":
            tenant.reset()
            return Answer.noContent
        case "stats":
            let counts = tenant.counts.sorted { $0.key < $1.key }
            return Answer.json(counts.reduce(into: JSONObject()) { $0[$1.key] = .integer(Int64($1.value)) })
        default: return refused(.notFound)
        }
    }

    /// `fault` empty takes it back; `user` makes it stick to that user; `logout` means logout messages.
    private func setFault(_ form: Parameters, _ tenant: SAMLTenantState) -> Response {
        if form["logout"] != nil {
            let fault = form["fault"].flatMap { SAMLLogoutFault(rawValue: $0) }
            guard fault != nil || form["fault"] == nil else { return refused(.badRequest) }
            tenant.setLogoutFault(fault)
            return Answer.noContent
        }
        let fault = form["fault"].flatMap { SAMLFault(rawValue: $0) }
        guard fault != nil || form["fault"] == nil else { return refused(.badRequest) }
        if let user = form["user"] { tenant.setFault(fault, forUser: user) } else { tenant.setFault(fault) }
        return Answer.noContent
    }

    /// `keys` as in `SAMLMetadataSwitches.Keys`, `validFor` in seconds or `none`, `signed`, `fault`.
    private func setMetadata(_ form: Parameters, _ tenant: SAMLTenantState) -> Response {
        var switches = SAMLMetadataSwitches()
        if let keys = form["keys"] {
            guard let known = SAMLMetadataSwitches.Keys(rawValue: keys) else { return refused(.badRequest) }
            switches.keys = known
        }
        if let seconds = form["validFor"] { switches.validFor = Int64(seconds) }
        if let name = form["fault"] {
            guard let fault = SAMLMetadataFault(rawValue: name) else { return refused(.badRequest) }
            switches.fault = fault
        }
        switches.isSigned = form["signed"] != nil
        tenant.setMetadata(switches)
        return Answer.noContent
    }

    /// `profile` is a vendor's name; `signs`, `algorithm` and `encryption` change single points of it.
    private func setProfile(_ form: Parameters, _ tenant: SAMLTenantState) -> Response {
        var profile = tenant.definition.profile
        if let name = form["profile"] {
            guard let known = SAMLProfile.named(name) else { return refused(.badRequest) }
            profile = known
        }
        if let signs = form["signs"] {
            guard let known = SAMLProfile.SignedPart(rawValue: signs) else { return refused(.badRequest) }
            profile.signs = known
        }
        if let uri = form["algorithm"] {
            guard let known = SignatureAlgorithm(rawValue: uri) else { return refused(.badRequest) }
            profile.algorithm = known
        }
        if let uri = form["encryption"] {
            guard uri != "none" else {
                profile.encryption = nil
                tenant.setProfile(profile)
                return Answer.noContent
            }
            guard let known = ContentCipher(rawValue: uri) else { return refused(.badRequest) }
            profile.encryption = .init(known)
        }
        tenant.setProfile(profile)
        return Answer.noContent
    }

    /// `metadata` is the SP's, whole.
    private func register(_ form: Parameters, _ tenant: SAMLTenantState) -> Response {
        guard let text = form["metadata"], let provider = try? ServiceProvider(metadata: Array(text.utf8)) else {
            return refused(.badRequest)
        }
        tenant.register(provider)
        return Answer.noContent
    }

    /// Everything that was given out, for a test that looks for it where it must not be.
    private var secrets: Response {
        let list = host.secrets.all.map { JSONValue.array([.string($0.kind.rawValue), .string($0.value)]) }
        return Answer.json(["secrets": .array(list)])
    }

    private var faults: Response {
        Answer.json(
            SAMLFault.allCases.reduce(into: JSONObject()) { list, fault in
                list[fault.rawValue] = ["rule": .string(fault.rule), "verdict": "refuse"]
            })
    }

    private func refused(_ status: HTTPResponse.Status) -> Response {
        Answer.text(status.reasonPhrase, type: "text/plain", status)
    }
}
