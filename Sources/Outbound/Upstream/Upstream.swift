import AsyncHTTPClient
package import Broker
import HTTPTypes
package import NIOCore
import NIOHTTP1
import NIOPosix

/// The way to one site's JSM, for requests that the gate has let through.
///
/// HTTP/1.1, streaming both ways; no redirect is followed, nothing is unpacked and no cookie is kept. The target is sent as
/// it came (`RawTargetHandler`).
package final class Upstream: Sendable {
    /// Where it is.
    package let origin: UpstreamOrigin
    private let limits: UpstreamLimits
    private let client: HTTPClient

    /// Opens nothing yet.
    ///
    /// - Parameter trustRoots: PEM files with the only authorities to trust; the system's where there are none.
    /// - Throws: Each file that cannot be read.
    package init(
        _ origin: UpstreamOrigin, trustRoots: [String] = [], limits: UpstreamLimits = .standard,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(SettingsError) {
        self.origin = origin
        self.limits = limits
        let roots = try TrustRoots(files: trustRoots)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: roots.configuration, redirectConfiguration: .disallow, decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(limits.connect)
        configuration.timeout.read = TimeAmount(limits.answer)
        configuration.timeout.write = TimeAmount(limits.stall)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
        // Shorter than Tomcat keeps a connection (20 s), so that a request does not meet one that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(10)
        // RFC 6761 6.3: these are this machine, whatever a name server says.
        if LoopbackHost.matches(origin.host), IPAddress(origin.host) == nil {
            configuration.dnsOverride = [origin.host: "127.0.0.1"]
        }
        configuration.http1_1ConnectionDebugInitializer = { RawTargetHandler.add(to: $0) }
        client = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
    }

    deinit {
        // A client must not be dropped while it runs.
        Task { [client] in try? await client.shutdown() }
    }

    /// Closes every connection, those in use too.
    package func shutdown() async { try? await client.shutdown() }

    /// Sends a request and waits for the head of the answer.
    ///
    /// Cancelling the task that waits closes the connection.
    package func send(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        let message = message(for: request)
        do {
            return try await response(to: message)
        } catch UpstreamError.hungUp where request.isRepeatable {
            // A kept connection that the upstream closed just now; a new one tells whether it is there.
            return try await response(to: message)
        }
    }

    private func response(to message: HTTPClientRequest) async throws(UpstreamError) -> UpstreamResponse {
        do {
            let response = try await client.execute(message, deadline: .distantFuture)
            return UpstreamResponse(
                status: .init(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase),
                fields: HTTPFields(response.headers), body: UpstreamBody(response.body))
        } catch {
            throw UpstreamError(error)
        }
    }

    private func message(for request: UpstreamRequest) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: "\(origin)/")
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "Host", value: request.host)
        for field in request.fields where field.name != .cookie {
            message.headers.add(name: field.name.rawName, value: field.value)
        }
        // Kept apart inside, as HTTP/2 splits it; HTTP/1.1 has one line (RFC 9113 8.2.3).
        if let cookies = request.fields[.cookie] { message.headers.add(name: "Cookie", value: cookies) }
        message.headers.add(name: RawTargetHandler.field, value: request.target)
        switch request.body {
        case .none: break
        case .octets(let octets): message.body = .bytes(octets)
        case .relayed(let relay, let length):
            message.body = .stream(relay, length: length.map { .known($0) } ?? .unknown)
        }
        return message
    }
}

extension HTTPFields {
    /// Names that are no tokens do not get this far; a value is taken as it is.
    fileprivate init(_ headers: HTTPHeaders) {
        self.init()
        reserveCapacity(headers.count)
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            append(HTTPField(name: name, value: value))
        }
    }
}
