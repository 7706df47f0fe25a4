import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Outbound
import ServiceManagement

/// The door of a site that we are the proxy of: every request is judged first, and only what the gate lets through gets to
/// JSM, with who it is and without anything that the client says about that itself.
struct Door: Sendable {
    let web: Web
    let upstreams: Upstreams
    let settings: InPathSettings
    let peers: TrustedPeers
    let logger: Logger

    /// The most octets of a body that has to be read before anybody knows what it is about.
    static let maximumSeenBody = URLGrammar.maximumBodyBytes

    func respond(to request: Request, at place: SitePlace, _ context: DoorContext) async -> Response {
        let started = ContinuousClock.now
        let isTrusted = peers.isTrusted(context.web.peer)
        guard peers.ranges.isEmpty || isTrusted else { return Response(status: .forbidden) }
        let client = ClientNetwork.address(of: request, peer: context.web.peer, isProxy: isTrusted)
        let response = await answer(to: request, at: place, client: client, context)
        logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "site \(place.site.id)",
                "status": "\(response.status.code)",
                "milliseconds": "\((ContinuousClock.now - started).wholeMicroseconds / 1000)",
            ])
        return response
    }

    private func answer(
        to request: Request, at place: SitePlace, client: IPAddress?, _ context: DoorContext
    ) async -> Response {
        let pages = DoorPages(web: web, site: place.site, accept: request.accept, isHead: request.method == .head)
        if let refusal = DoorRefusal(request, maxBody: settings.maxBody) {
            return closing(pages.refusal(refusal), after: request, context)
        }
        var passage = Passage(door: self, place: place, request: request, client: client, context: context)
        let question = await passage.question()
        let answer = await decide(question)
        guard let pass = Pass(answer) else {
            let response = GateAnswerPages(web).response(to: answer, for: question)
            return closing(pages.safe(response), after: request, context, isRead: passage.isRead)
        }
        return await passage.forward(pass, pages)
    }

    /// What is warm costs a lock; what stands in a body never is.
    private func decide(_ question: GateRequest) async -> GateAnswer {
        if question.body == .unseen, let answer = web.engine.gate.warmAnswer(question) { return answer }
        return await web.engine.gate.decide(question)
    }

    // MARK: The rest of a body that nobody wants

    /// The most octets of a refused body that are read, so that a browser gets the answer and not a reset in the middle of
    /// its upload.
    static let maximumDrained = 8 << 20

    /// The answer, and behind it the rest of the body, up to a bound; then the connection ends.
    func closing(
        _ response: Response, after request: Request, _ context: DoorContext, isRead: Bool = false
    ) -> Response {
        guard request.mayHaveBody, !isRead else { return response }
        var response = response
        let (body, channel) = (response.body, context.channel)
        // A client that waits for 100 may not send its body at all (RFC 9110 10.1.1).
        let waits = request.headers[.expect] != nil
        if waits { response.headers[.connection] = "close" }
        let rest = request.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            if waits { return channel.close(promise: nil) }
            var iterator = rest.makeAsyncIterator()
            var drained = 0
            while let piece = try await iterator.next() {
                drained += piece.readableBytes
                guard drained <= Self.maximumDrained else { return channel.close(promise: nil) }
            }
        }
        return response
    }
}

/// An answer of the gate that lets a request through.
enum Pass {
    case customer(GateGrant)
    case anonymous(AnonymousPass)

    init?(_ answer: GateAnswer) {
        switch answer {
        case .allow(let grant): self = .customer(grant)
        case .allowAnonymous(let pass): self = .anonymous(pass)
        case .signIn, .notAdmitted, .denied, .stepUp, .closed, .badBody, .portalReset, .badRequest, .unavailable:
            return nil
        }
    }

    /// Whether JSM may know somebody by a session of its own: on a path that is open to whoever comes it may not, while
    /// staff, programs and an opened site sign in to JSM itself.
    var passesPortalCookies: Bool {
        switch self {
        case .customer: true
        case .anonymous(.publicPath), .anonymous(.mailLink): false
        case .anonymous(.staffNetwork), .anonymous(.machine), .anonymous(.breakGlass), .anonymous(.observed): true
        }
    }
}

extension Request {
    var accept: String? { joined(.accept) }

    /// Several lines are one (RFC 9110 5.3).
    func joined(_ name: HTTPField.Name) -> String? {
        let lines = headers[values: name]
        return lines.isEmpty ? nil : lines.joined(separator: ", ")
    }

    /// RFC 9112 6.3: what announces no body has none.
    var mayHaveBody: Bool {
        headers[.transferEncoding] != nil || headers[.contentLength].map { $0 != "0" } == true
    }

    /// The announced length; nil where there is none.
    var announcedLength: Int64? { headers[.contentLength].flatMap { Int64($0) } }
}
