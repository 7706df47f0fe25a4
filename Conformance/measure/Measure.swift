import Foundation
import SAML
import XMLSecurity

/// Verifies one Response again and again, the way a login does, and prints how long that took.
///
/// `measure saml MESSAGE CERTIFICATE COUNT THREADS`: MESSAGE is a Response of the own-dev vectors, whose names and clock
/// are known here. Prints a line of JSON: verifications, seconds of CPU, resident kilobytes before and after.
@main struct Measure {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, arguments[1] == "saml", let count = Int(arguments[4]),
            let threads = Int(arguments[5]), count > 0, threads > 0
        else {
            FileHandle.standardError.write(Data("usage: measure saml MESSAGE CERTIFICATE COUNT THREADS\n".utf8))
            exit(64)
        }
        let work = try ResponseWork(message: arguments[2], certificate: arguments[3])
        try work.run(1000)
        let (residentBefore, began) = (ProcessUse.residentKilobytes, ProcessUse.now)
        let wall = ContinuousClock.now
        try work.run(count, threads: threads)
        let spent = ProcessUse.now - began
        let seconds = wall.duration(to: .now) / .seconds(1)
        print(
            #"{"count": \#(count), "threads": \#(threads), "cpu": \#(spent), "wall": \#(seconds), "#
                + #""resident_before": \#(residentBefore), "resident_after": \#(ProcessUse.residentKilobytes)}"#)
    }
}
