/// A test login is over: nobody was signed in, and the command line has the result.
package struct TestedPage: Page {
    package static let template = "tested"

    let connection: String

    /// - Parameter connection: the name of the connection that was tested.
    package init(connection: String) { self.connection = connection }

    package var words: [String: String] { ["connection": connection] }
}
