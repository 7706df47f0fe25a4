import Hummingbird

/// Answers `Hello` at `/hello` on 127.0.0.1 and the port that is its only argument.
@main
struct Hello {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 8090
        let router = Router()
        router.get("/hello") { _, _ in "Hello" }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
            .runService()
    }
}
