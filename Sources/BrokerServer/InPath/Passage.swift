import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import Outbound
import ServiceManagement

/// One request on its way through the door.
struct Passage {
    let door: Door
    let place: Door.SitePlace
    let request: Request
    let client: IPAddress?
    let context: DoorContext
    /// The octets that were read for the gate: exactly those go on.
    private var seen: ByteBuffer?
    /// Whether nothing of the body is left on the connection.
    private(set) var isRead = false

    init(door: Door, place: Door.SitePlace, request: Request, client: IPAddress?, context: DoorContext) {
        self.door = door
        self.place = place
        self.request = request
        self.client = client
        self.context = context
    }

    private var target: String { request.head.path ?? "" }

    // MARK: The question

    /// What the gate is asked; a body is read for it only where the request's meaning stands in one.
    mutating func question() async -> GateRequest {
        GateRequest(
            site: place.site.id, method: request.method.rawValue, target: target, cookies: request.cookieHeader,
            accept: request.accept, authorization: request.headers[.authorization], client: client, body: await body())
    }

    private mutating func body() async -> GateBody {
        guard let target = try? RequestTarget(target),
            let form = URLGrammar(contextPath: place.site.contextPath).read(target, method: request.method.rawValue)
                .body,
            // An issue's number tells no portal, seen or not.
            form != .issueNumber
        else { return .unseen }
        guard PlainBody.isAnnounced(by: request.headers) else { return .tooLarge }
        guard request.mayHaveBody else {
            isRead = true
            seen = ByteBuffer()
            return .seen([])
        }
        if let length = request.announcedLength, length > Door.maximumSeenBody { return .tooLarge }
        await proceed()
        let octets = await held()
        isRead = true
        seen = octets
        return octets.map { .seen(Array($0.readableBytesView)) } ?? .tooLarge
    }

    /// The whole body; nil where it is larger than what is held, or broke off.
    ///
    /// What is too much is read and dropped, so that the browser gets the answer; up to a bound, behind which the connection ends.
    private func held() async -> ByteBuffer? {
        var iterator = request.body.makeAsyncIterator()
        var (octets, dropped) = (ByteBuffer(), 0)
        do {
            while let piece = try await iterator.next() {
                if dropped == 0, octets.readableBytes + piece.readableBytes <= Door.maximumSeenBody {
                    octets.writeImmutableBuffer(piece)
                } else {
                    dropped += piece.readableBytes
                }
                if dropped > Door.maximumDrained {
                    context.channel.close(promise: nil)
                    return nil
                }
            }
            return dropped == 0 ? octets : nil
        } catch {
            return nil
        }
    }

    /// RFC 9110 10.1.1: we mean to read the body, so the client may send it.
    private func proceed() async {
        guard request.headers[.expect] != nil else { return }
        try? await context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }

    // MARK: The way there and back

    /// Sends the request on and gives JSM's answer back, both as they come.
    func forward(_ pass: Pass, _ pages: DoorPages) async -> Response {
        var pump: BodyPump?
        var body = UpstreamRequest.Body.none
        if let seen {
            if seen.readableBytes > 0 || request.mayHaveBody { body = .octets(seen) }
        } else if request.mayHaveBody {
            await proceed()
            let started = BodyPump(
                request.body, bound: door.settings.maxBody, drained: Door.maximumDrained, channel: context.channel)
            pump = started
            body = .relayed(started.relay, length: request.announcedLength)
        }
        let listing = Listing(request, at: place.site, pass)
        let fields = ForwardedFields.fields(
            of: request.headers, cookies: request.cookieHeader, pass: pass, site: place.site,
            client: client ?? context.web.peer)
        let message = UpstreamRequest(
            method: request.method, target: target, host: place.site.host,
            fields: listing.map { $0.asking(fields) } ?? fields, body: body)
        do throws(UpstreamError) {
            let answer = try await send(message)
            guard let listing, listing.isIn(answer) else { return ending(response(to: answer, pass), pump) }
            guard let filtered = try await listing.filtered(answer) else {
                return ending(pages.unreadableListing(), pump)
            }
            return ending(response(to: answer, pass, listing: filtered), pump)
        } catch {
            return ending(pages.failure(error), pump)
        }
    }

    /// Waits for the head of the answer for as long as there is somebody to give it to.
    private func send(_ message: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        let upstream = place.upstream
        let task = Task { () -> Result<UpstreamResponse, UpstreamError> in
            do throws(UpstreamError) { return .success(try await upstream.send(message)) } catch {
                return .failure(error)
            }
        }
        ClientWatch.set({ task.cancel() }, on: context.channel)
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        ClientWatch.set(nil, on: context.channel)
        return try result.get()
    }

    private func fields(of answer: UpstreamResponse, _ pass: Pass) -> HTTPFields {
        var renewal: SetCookie?
        if case .customer(let grant) = pass, let token = grant.renewedToken { renewal = door.web.tokenCookie(token) }
        return ReturnedFields.fields(of: answer.fields, renewal: renewal, isSecure: door.web.isSecure)
    }

    private func response(to answer: UpstreamResponse, _ pass: Pass, listing: ByteBuffer) -> Response {
        Response(
            status: answer.status, headers: Listing.fields(fields(of: answer, pass), of: listing),
            body: ResponseBody(byteBuffer: listing))
    }

    private func response(to answer: UpstreamResponse, _ pass: Pass) -> Response {
        let fields = fields(of: answer, pass)
        let (body, channel, logger) = (answer.body, context.channel, door.logger)
        let hasNone = request.method == .head
        return Response(
            status: answer.status, headers: fields,
            body: ResponseBody { writer in
                do {
                    // Also where there is nothing to write: that leaves JSM's connection for the next request.
                    for try await piece in body where !hasNone { try await writer.write(piece) }
                } catch {
                    // What has been sent must not look like the whole.
                    logger.debug("an answer broke off", metadata: ["cause": "\(error)"])
                    channel.close(promise: nil)
                    throw error
                }
                try await writer.finish(nil)
            })
    }

    /// The same answer, and behind it the end of the request.
    private func ending(_ response: Response, _ pump: BodyPump?) -> Response {
        guard let pump else { return response }
        var response = response
        let body = response.body
        let length = response.headers[.contentLength]
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            do { try await body.write(writer) } catch {
                await pump.end()
                throw error
            }
            await pump.end()
        }
        response.headers[.contentLength] = length
        return response
    }
}
