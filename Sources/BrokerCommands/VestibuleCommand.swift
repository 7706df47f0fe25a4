import ArgumentParser

/// The root of the command line.
struct VestibuleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vestibule",
        abstract: "A sign-in broker that stands in front of Jira Service Management portals.",
        discussion: """
            Settings are in one file: --config FILE, or $VESTIBULE_CONFIG, or ./vestibule.yaml, or \
            /etc/vestibule/vestibule.yaml. Organizations, connections and sites are in the store and managed with apply \
            and export.

            Exit status:
              0  done
              1  refused or failed
              2  wrong usage or configuration
              3  the store cannot be used
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, Reload.self, Config.self, Apply.self, Export.self, ConnectionCommand.self, ProviderCommand.self,
            SiteCommand.self,
            Customers.self, Sessions.self, AccessCommand.self, GateCommand.self, BreakGlassCommand.self,
            PostureCommand.self, Login.self,
            Keys.self, Audit.self,
            Kek.self,
        ])
}
