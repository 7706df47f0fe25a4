import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import NIOCore
import Outbound
import ServiceManagement

/// A listing of JSM, of which somebody may see a part only.
///
/// JSM lists what JSM allows, which may be more than the rules here do. Such an answer is held until it is whole, and goes on
/// without what is hidden; one that cannot be read does not go on at all.
struct Listing {
    private let filter: ListingFilter
    private let sight: ListingSight

    /// The largest answer that is held.
    static let maximumOctets = 4 << 20

    /// Nil where the answer lists nothing, or the person may see all of it.
    init?(_ request: Request, at site: Site, _ pass: Pass) {
        guard case .customer(let grant) = pass, let sight = grant.sight,
            let target = try? RequestTarget(request.head.path ?? ""),
            let form = ListingFilter.form(
                of: target, method: request.method.rawValue, contextPath: site.contextPath)
        else { return nil }
        filter = ListingFilter(form)
        self.sight = sight
    }

    /// The same question for an answer that can be read: all of it, unpacked, and now.
    func asking(_ fields: HTTPFields) -> HTTPFields {
        var fields = fields
        fields[.acceptEncoding] = "identity"
        for name: HTTPField.Name in [.range, .ifRange, .ifNoneMatch, .ifModifiedSince] { fields[name] = nil }
        return fields
    }

    /// Whether an answer is one: what failed or leads elsewhere lists nothing.
    func isIn(_ answer: UpstreamResponse) -> Bool {
        answer.status.kind == .successful && answer.status != .noContent
    }

    /// The answer without what is hidden; nil where it cannot be read.
    func filtered(_ answer: UpstreamResponse) async throws(UpstreamError) -> ByteBuffer? {
        guard (answer.fields[.contentEncoding] ?? "identity").lowercased() == "identity" else { return nil }
        let whole: ByteBuffer?
        do { whole = try await answer.body.octets(upTo: Self.maximumOctets) } catch {
            throw error as? UpstreamError ?? .malformed
        }
        guard let whole else { return nil }
        return filter.filtered(Array(whole.readableBytesView)) { sight.permits($0) }.map { ByteBuffer(bytes: $0) }
    }

    /// What was said about the octets that JSM sent does not hold for these.
    static func fields(_ fields: HTTPFields, of listing: ByteBuffer) -> HTTPFields {
        var fields = fields
        for name in stale { fields[name] = nil }
        fields[.contentLength] = String(listing.readableBytes)
        return fields
    }

    private static let stale = [
        "ETag", "Last-Modified", "Content-MD5", "Digest", "Repr-Digest", "Content-Digest", "Accept-Ranges",
    ]
    .compactMap { HTTPField.Name($0) }
}
