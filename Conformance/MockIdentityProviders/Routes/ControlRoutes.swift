// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// Remote control under `/__mock/`, for whoever knows the control secret.
struct ControlRoutes {
    let host: OPHost

    func respond(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ form: Parameters) -> Response {
        let secret = host.configuration.controlSecret
        guard !secret.isEmpty, headers[values: .mockControl] == [secret] else { return refused(.notFound) }
        if method == .get, path == "secrets" { return secrets }
        guard method == .post, let tenant = form["tenant"].flatMap({ host.tenants[$0] }) else {
            return method == .get ? lists(path) : refused(.badRequest)
        }
        switch path {
        case "fault": return setFault(form, tenant)
        case "api-fault": return setAPIFault(form, tenant)
        case "user": return setUser(form, tenant)
        case "rotate":
            return (try? tenant.rotateKey()).map { Answer.json(["kid": .string($0)]) } ?? refused(.badRequest)
        case "reset":
            tenant.reset()
            return Answer.noContent
        case "stats":
            let counts = tenant.counts.sorted { $0.key < $1.key }
            return Answer.json(counts.reduce(into: JSONObject()) { $0[$1.key] = .integer(Int64($1.value)) })
        default: return refused(.notFound)
        }
    }

    /// `fault` empty takes it back; `user` makes it stick to that user.
    private func setFault(_ form: Parameters, _ tenant: OPTenantState) -> Response {
        if let fault = form["fault"].flatMap({ VendorFault(rawValue: $0) }) {
            if let user = form["user"] {
                tenant.setVendorFault(fault, forUser: user)
            } else {
                tenant.setVendorFault(fault)
            }
            return Answer.noContent
        }
        if form["fault"] == nil {
            if let user = form["user"] { tenant.setVendorFault(nil, forUser: user) } else { tenant.setVendorFault(nil) }
        }
        let fault = form["fault"].flatMap { OPFault(rawValue: $0) }
        guard fault != nil || form["fault"] == nil else { return refused(.badRequest) }
        if let user = form["user"] { tenant.setFault(fault, forUser: user) } else { tenant.setFault(fault) }
        return Answer.noContent
    }

    /// What the vendor's APIs do until it is taken back.
    private func setAPIFault(_ form: Parameters, _ tenant: OPTenantState) -> Response {
        let fault = form["fault"].flatMap { APIFault(rawValue: $0) }
        guard fault != nil || form["fault"] == nil else { return refused(.badRequest) }
        tenant.setAPIFault(fault)
        return Answer.noContent
    }

    /// `state` is `disabled`, `enabled` or `removed`; `groups`, words, replaces the person's groups.
    private func setUser(_ form: Parameters, _ tenant: OPTenantState) -> Response {
        guard let name = form["user"], let user = tenant.people.first(where: { $0.userName == name }) else {
            return refused(.badRequest)
        }
        if form.all.contains(where: { $0.name == "groups" }) {
            var changed = user
            changed.groups = form.words("groups")
            tenant.change(changed)
        }
        switch form["state"] {
        case "disabled": tenant.setDisabled(true, user: name)
        case "enabled": tenant.setDisabled(false, user: name)
        case "removed": tenant.remove(user: name)
        case nil: break
        default: return refused(.badRequest)
        }
        return Answer.noContent
    }

    /// Everything that was given out, for a test that looks for it where it must not be.
    private var secrets: Response {
        let list = host.secrets.all.map { JSONValue.array([.string($0.kind.rawValue), .string($0.value)]) }
        return Answer.json(["secrets": .array(list)])
    }

    private func lists(_ path: String) -> Response {
        switch path {
        case "faults": faults
        case "vendor-faults":
            Answer.json([
                "login": .array(VendorFault.allCases.map { .string($0.rawValue) }),
                "api": .array(APIFault.allCases.map { .string($0.rawValue) }),
            ])
        default: refused(.badRequest)
        }
    }

    private var faults: Response {
        Answer.json(
            OPFault.allCases.reduce(into: JSONObject()) { list, fault in
                list[fault.rawValue] = ["rule": .string(fault.rule), "verdict": .string(fault.verdict.rawValue)]
            })
    }

    private func refused(_ status: HTTPResponse.Status) -> Response {
        Answer.text(status.reasonPhrase, type: "text/plain", status)
    }
}

extension HTTPField.Name {
    /// Carries the control secret.
    static let mockControl = HTTPField.Name("X-Mock-Control") ?? .authorization
}
