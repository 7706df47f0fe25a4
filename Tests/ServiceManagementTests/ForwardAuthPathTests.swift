import ServiceManagement
import Testing

/// The `path-*` cases of `own-dev/forward-auth-cases.json`: none of them may be read as a public path.
struct ForwardAuthPathTests {
    struct File: Decodable {
        struct Case: Decodable {
            struct Request: Decodable { let target: String }
            let id: String
            let request: Request
        }
        let cases: [Case]
    }

    /// The one case that is canonical: a protected page that only looks like a style sheet.
    private let canonical = "/servicedesk/customer/portals/x.css"

    @Test(.enabled(if: Vectors.folder != nil, Vectors.hint))
    func `refuses every ambiguous shared path`() throws {
        let cases = try Vectors.load("forward-auth-cases.json", as: File.self).cases.filter { $0.id.hasPrefix("path-") }
        #expect(cases.count >= 14)
        for vector in cases {
            let target = vector.request.target
            #expect(CanonicalPath.isCanonical(target) == (target == canonical), "\(vector.id) \(target)")
        }
    }

    @Test func `keeps a protected page protected that ends like a style sheet`() throws {
        #expect(try RequestTarget(canonical).segments.first == "servicedesk")
    }
}
