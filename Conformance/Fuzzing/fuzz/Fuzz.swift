import CLibFuzzer
import Foundation
import SAMLFuzzing

/// The fuzzers, one program; `Conformance/Fuzzing/run` calls it.
///
///     fuzz TARGET [libFuzzer's arguments]
///     fuzz seeds FOLDER                        writes each target's first inputs into FOLDER/TARGET
///     fuzz wrapping COUNT SEED FOLDER          signature wrapping; finds go into FOLDER
///
/// The messages come from `own-dev` in the folder that `VESTIBULE_VECTORS` names.
@main
enum Fuzz {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("seeds", 2): try Seeds.write(into: arguments[2])
        case ("wrapping", 4): try Wrapping.run(count: arguments[2], seed: arguments[3], finds: arguments[4])
        default: try fuzz()
        }
    }

    private static func fuzz() throws {
        _ = try Target.chosen.get()
        var count = CommandLine.argc
        var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        // libFuzzer takes the first argument for the program and leaves out what is no flag only if it is a file.
        values?[1] = values?[0]
        values = values?.advanced(by: 1)
        count -= 1
        let status = vx_fuzz(&count, &values) { data, count in
            Target.judge(Array(UnsafeBufferPointer(start: data, count: count)))
            return 0
        }
        guard status >= 0 else {
            throw Misuse("this build has no libFuzzer; Conformance/Fuzzing/run makes one that has")
        }
        exit(status)
    }
}

struct Misuse: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
