import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging
import Outbound

/// What a browser or a program reads where the gate said nothing against them: the request cannot be passed on, or JSM did
/// not answer it.
struct DoorPages: Sendable {
    let web: Web
    let site: Site
    let accept: String?
    /// Whether the answer is to HEAD, which has no body (RFC 9110 9.3.2).
    let isHead: Bool

    func refusal(_ refusal: DoorRefusal) -> Response {
        page(refusal.rawValue, refusal.status, Self.message(for: refusal))
    }

    /// A fixed sentence for each failure; the cause is in the log, under the reference.
    func failure(_ error: UpstreamError) -> Response {
        switch error {
        case .bodyTooLarge: return refusal(.bodyTooLarge)
        case .timedOut:
            return page(
                "portal_timeout", .gatewayTimeout,
                .init(
                    title: "The portal took too long to answer",
                    advice: "Your request may or may not have arrived. Look before you send it again."), cause: error)
        case .malformed:
            return page(
                "portal_answer_invalid", .badGateway,
                .init(
                    title: "The portal gave an answer that cannot be shown",
                    advice: "Please try again in a minute, and tell support if it stays."), cause: error)
        case .unreachable, .hungUp, .cancelled:
            return page(
                "portal_unreachable", .badGateway,
                .init(
                    title: "The portal is not available right now",
                    advice: "You are still signed in. Please try again in a minute."), cause: error)
        }
    }

    /// The listing that somebody may see only a part of could not be read.
    func unreadableListing() -> Response {
        page(
            "portal_listing_unreadable", .badGateway,
            .init(
                title: "This list cannot be shown",
                advice: "It may hold places that are not open to you. Please tell support."))
    }

    /// With the headers that no answer of ours goes without.
    func safe(_ response: Response) -> Response {
        var response = response
        response.headers[.xContentTypeOptions] = "nosniff"
        if web.isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return isHead ? response.createHeadResponse() : response
    }

    private static func message(for refusal: DoorRefusal) -> Texts.Message {
        switch refusal {
        case .ambiguous:
            .init(title: "This request can be read in two ways", advice: "Please go back and try once more.")
        case .methodUnsupported:
            .init(title: "This method does not pass here", advice: "Nothing was sent.")
        case .expectationUnsupported:
            .init(title: "This request expects what nobody here does", advice: "Nothing was sent.")
        case .upgradeUnsupported:
            .init(
                title: "WebSockets do not pass here",
                advice: "The portal works without them; a proxy of its own can let them through.")
        case .bodyTooLarge:
            .init(title: "This is too large to be sent", advice: "Please attach a smaller file. Nothing was sent.")
        }
    }

    private func page(
        _ code: String, _ status: HTTPResponse.Status, _ message: Texts.Message, cause: UpstreamError? = nil
    ) -> Response {
        let environment = web.engine.environment
        let reference = Reference.make(at: environment.time.now, environment.randomness)
        web.logger.notice(
            "a request was not passed on",
            metadata: [
                "reference": "\(reference)", "code": "\(code)", "site": "\(site.id)",
                "cause": "\(cause?.description ?? "-")",
            ])
        var response: Response
        if accept?.contains("text/html") == true {
            response = web.page(
                ErrorPage(
                    code: code, message: message, reference: reference.displayed,
                    support: web.support(nil, site: site), retry: PageURL(site.defaultPath)), site: site, status: status
            )
        } else {
            let text = #"{"error":"\#(code)","message":"\#(message.title).","reference":"\#(reference.displayed)"}"#
            response = Response(
                status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(byteBuffer: .init(string: text + "\n")))
        }
        if cause != nil { response.headers[.retryAfter] = "10" }
        return safe(response)
    }
}
