import BrokerEngine
import HTTPTypes
import Hummingbird

/// How a front is told that a request may pass.
enum GatePass {
    /// 200 with the full identity header set; never without.
    static func allowed(_ grant: GateGrant, cookie: String? = nil) -> HTTPResponse {
        var fields = grant.answer
        if let cookie { fields.append(HTTPField(name: .setCookie, value: cookie)) }
        return HTTPResponse(status: .ok, headerFields: fields)
    }

    /// 200 for somebody who is nobody here: no identity header, not even an empty one, so that a front which strips the
    /// client's own, as the shipped configurations do, passes none on.
    static let anonymous = HTTPResponse(status: .ok, headerFields: [.cacheControl: "no-store", .contentLength: "0"])

    /// The same for whom JSM knows by a session of its own: its cookies may go along, which on a public path they may not.
    static let ownSession = HTTPResponse(
        status: .ok, headerFields: [.cacheControl: "no-store", .contentLength: "0", portalSession: "own"])

    /// Where that is said.
    private static let portalSession = HTTPField.Name("X-Vestibule-Portal-Session")!
}

extension Web {
    /// What lets a request through; nil for every answer that does not.
    func pass(_ answer: GateAnswer) -> Response? {
        let pass: HTTPResponse
        switch answer {
        case .allow(let grant):
            pass = GatePass.allowed(
                grant, cookie: grant.renewedToken.map { tokenCookie($0).rendered(isSecure: isSecure) })
        case .allowAnonymous(let reason):
            pass = Pass.anonymous(reason).passesPortalCookies ? GatePass.ownSession : GatePass.anonymous
        case .signIn, .stepUp, .portalReset, .notAdmitted, .denied, .closed, .badRequest, .badBody, .unavailable:
            return nil
        }
        return Response(status: pass.status, headers: pass.headerFields)
    }
}
