import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

extension Web {
    /// Takes the browser to a site, over https or on loopback: what it brings there says who somebody is.
    func follow(_ step: FacadeStep, at address: FacadeAddress) async throws -> Response {
        let (url, fields): (_, [FormParameter]?) =
            switch step {
            case .redirect(let url): (url, nil)
            case .formPost(let url, let fields): (url, fields)
            }
        guard let target = PageURL(url: url), target.origin != nil else {
            throw await engine.facades.refuse(
                FacadeError(.configurationInvalid, detail: "the site's address is neither https nor on loopback"),
                at: address)
        }
        guard let fields else { return redirect(to: target.description) }
        let site = site(address.site)
        return page(
            AutoPostPage(
                action: target, fields: fields.map { HiddenField(name: $0.name, value: $0.value) },
                destination: site?.theme.productName),
            site: site, referrer: .noReferrer)
    }

    // MARK: Refusals

    /// A person's browser gets a page, a program JSON.
    func answer(to failure: FacadeFailure, _ request: Request) -> Response {
        let message = texts.message(forSiteCode: failure.code.rawValue)
        let status = status(of: failure.code)
        guard request.headers[.accept]?.contains("text/html") == true else {
            let text =
                #"{"error":"\#(failure.code)","message":"\#(message.title)","#
                + #""reference":"\#(failure.reference.displayed)"}"#
            return Response(
                status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(byteBuffer: .init(string: text + "\n")))
        }
        let site = site(failure.site)
        return page(
            ErrorPage(
                code: failure.code.rawValue, message: message, reference: failure.reference.displayed,
                support: support(failure.organization, site: site), retry: retry(failure, site, request)),
            site: site, status: status, referrer: .noReferrer)
    }

    /// Who is not let in comes to the same page again; everybody else may start again at the portal.
    private func retry(_ failure: FacadeFailure, _ site: Site?, _ request: Request) -> PageURL? {
        switch failure.code {
        case .notAdmitted, .nameTaken: nil
        default: site.flatMap { portal(of: $0, request) }
        }
    }

    private func status(of code: FacadeError.Code) -> HTTPResponse.Status {
        switch code {
        case .notAdmitted, .nameTaken, .authenticationInsufficient, .loginRequired: .forbidden
        case .notConfigured, .siteIncomplete, .siteUnreachable, .storeUnavailable, .configurationInvalid:
            .serviceUnavailable
        default: .badRequest
        }
    }
}
