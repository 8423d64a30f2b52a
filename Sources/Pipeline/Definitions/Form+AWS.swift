import Contracts

/// Names of AWS in definitions.
extension Form.Rule {
  /// The name of a table.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
  public static let dynamoDBTable = Form.Rule(
    "3 to 255 letters, digits, '.', '_' or '-'", pattern: "^[A-Za-z0-9._-]{3,255}$"
  ) { text in
    (3...255).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
  }

  /// The name of a region of AWS.
  public static let awsRegion = Form.Rule("a region such as us-east-1", pattern: "^[a-z0-9-]{1,63}$") { text in
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  /// The name of a bucket.
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  public static let s3Bucket = Form.Rule(
    "a bucket's name: 3 to 63 lower-case letters, digits, '.' or '-'", pattern: "^[a-z0-9.-]{3,63}$"
  ) { text in
    (3...63).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.isInKeyAlphabet && $0 != "_" && !("A"..."Z").contains($0) }
  }

  /// True for a key of S3 whose fields in braces are in a folder, with no other characters than a deployment's rights on
  /// the folder are made of.
  public static func isKeyInFolder(_ text: String) -> Bool {
    var texts: [Substring] = [text.prefix { $0 != "{" }]
    for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
      guard let end = part.firstIndex(of: "}") else { return false }
      texts.append(part[part.index(after: end)...])
    }
    return text.utf8.count <= 512 && texts[0].dropFirst().contains("/") && !text.hasPrefix("/")
      && texts.allSatisfy { $0.unicodeScalars.allSatisfy { $0 == "/" || $0.isInKeyAlphabet } }
  }
}
