import FrontConformance
import ServiceManagement
import Testing

struct AnonymousCorpusTests {
    private let corpus = AnonymousCorpus(portals: [.three(), .seven()])

    @Test func `holds ten thousand requests, nearly all of them different`() {
        let requests = corpus.requests()
        #expect(requests.count == 10_000)
        #expect(Set(requests.map(\.withoutName)).count > 9000)
        #expect(requests == corpus.requests())
        #expect(AnonymousCorpus(portals: [.three(), .seven()], seed: 2).requests(100) != corpus.requests(100))
    }

    @Test func `opens none of them to somebody without a session`() {
        let open = corpus.requests().filter { request in
            guard let target = try? RequestTarget(request.target) else { return false }
            let kind = URLGrammar().read(target, method: request.method).kind
            return kind == .asset || kind == .mailLink
        }
        // What passes for an asset or a mail link has to be nothing that makes anything.
        #expect(open.map(\.target) == [])
    }

    @Test func `comes in every kind of door`() {
        let kinds = Set(
            corpus.requests().compactMap { request in
                (try? RequestTarget(request.target)).map { URLGrammar().read($0, method: request.method).kind }
            })
        #expect(
            kinds.isSuperset(of: [
                .portal, .common, .signUp, .passwordLogin, .signInPage, .userSearch, .provisioning, .agent, .unknown,
            ]))
        #expect(corpus.requests().count { !CanonicalPath.isCanonical($0.target) } > 500)
    }
}

extension PortalForm {
    fileprivate var withoutName: PortalForm {
        PortalForm(name: "", method: method, target: target, headers: headers, body: body)
    }
}
