import Broker
import Foundation
import Outbound
import Testing

/// Every case of `own-dev/outbound-url-cases.json`; each must be refused.
struct OutboundVectorTests {
    struct File: Decodable {
        struct Limits: Decodable {
            let max_bytes: Int
            let timeout_s: Int
            let max_redirects: Int
        }
        struct Case: Decodable {
            let url: String
            let expect: String
        }
        let limits: Limits
        let cases: [Case]
    }

    /// Names of the file resolve to a public address, so that only what is wrong with a case can refuse it.
    private func refuses(_ url: String) -> Bool {
        do throws(TransportError) {
            let target = try OutboundURLCheck.target(of: url, under: .standard)
            try AddressCheck.check([target.literal ?? .v4(0x0808_0808)], of: target.host, under: .standard)
            return false
        } catch {
            return true
        }
    }

    @Test(.enabled(if: Vectors.folder != nil, Vectors.hint))
    func `refuses every shared case`() throws {
        let file = try Vectors.load("outbound-url-cases.json", as: File.self)
        #expect(file.cases.count >= 15)
        #expect(file.limits.max_bytes == OutboundLimits.standard.bodyBytes)
        #expect(.seconds(file.limits.timeout_s) == OutboundLimits.standard.deadline)
        #expect(!refuses("https://op.example/"))
        for vector in file.cases {
            #expect(vector.expect == "refuse")
            // A redirect is delivered and not followed; whoever follows it asks for its target, which is refused.
            let hops = vector.url.components(separatedBy: " -> ")
            #expect(refuses(hops[hops.count - 1]), "\(vector.url)")
        }
    }
}
