import Encodings
import Testing

/// Compares whole tables with those of https://encoding.spec.whatwg.org by a hash of all that they hold. The hashes were
/// computed by an independent program from the standard's index files.
struct EncodingTableTests {
  private func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test(
    "Each byte of a single-byte encoding has the standard's character",
    arguments: [
      (TextEncoding.ibm866, 0x6B8F_4423_4EFA_E54A as UInt64),
      (TextEncoding.iso8859x2, 0x0891_CDFF_4268_7236 as UInt64),
      (TextEncoding.iso8859x3, 0xF9BE_EC0A_EF2D_7A97 as UInt64),
      (TextEncoding.iso8859x4, 0xEC54_55CD_CA7B_918F as UInt64),
      (TextEncoding.iso8859x5, 0x4616_B17A_577D_BFAF as UInt64),
      (TextEncoding.iso8859x6, 0xC2CA_17CF_95AE_A1E2 as UInt64),
      (TextEncoding.iso8859x7, 0xAEF1_CF28_6AFA_4969 as UInt64),
      (TextEncoding.iso8859x8, 0xDB6B_1189_065B_2F5D as UInt64),
      (TextEncoding.iso8859x8I, 0xDB6B_1189_065B_2F5D as UInt64),
      (TextEncoding.iso8859x10, 0xF072_0492_E19F_D91B as UInt64),
      (TextEncoding.iso8859x13, 0x4CC2_82A8_BA42_0A61 as UInt64),
      (TextEncoding.iso8859x14, 0x27EF_6FCE_ADA8_F435 as UInt64),
      (TextEncoding.iso8859x15, 0x461F_37F7_C642_78C0 as UInt64),
      (TextEncoding.iso8859x16, 0x5EB2_ED1A_24BE_A882 as UInt64),
      (TextEncoding.koi8R, 0x6354_7110_3B3E_073D as UInt64),
      (TextEncoding.koi8U, 0xDD7F_DB40_AF8D_1D41 as UInt64),
      (TextEncoding.macintosh, 0x2AC5_43A0_FA54_B935 as UInt64),
      (TextEncoding.windows874, 0x9081_2B37_1222_1A93 as UInt64),
      (TextEncoding.windows1250, 0x17BE_4B5F_AA62_91B5 as UInt64),
      (TextEncoding.windows1251, 0xB8FB_9938_A896_1325 as UInt64),
      (TextEncoding.windows1252, 0x9CD7_DAFF_BB28_039A as UInt64),
      (TextEncoding.windows1253, 0x8961_A921_96EA_D090 as UInt64),
      (TextEncoding.windows1254, 0xC9D2_E7CF_7C3C_AF14 as UInt64),
      (TextEncoding.windows1255, 0x625D_3BD8_D612_361F as UInt64),
      (TextEncoding.windows1256, 0x8D69_C075_30A8_824B as UInt64),
      (TextEncoding.windows1257, 0xE142_EB2F_B596_A64E as UInt64),
      (TextEncoding.windows1258, 0x8052_F975_114C_9E83 as UInt64),
      (TextEncoding.macCyrillic, 0x66C4_C06C_8E06_4185 as UInt64),
    ])
  func singleBytes(encoding: TextEncoding, expected: UInt64) throws {
    #expect(hash(try encoding.decode(Array(0...255))) == expected)
  }

  @Test(
    "Each pair of bytes of a multi-byte encoding has the standard's character or U+FFFD",
    arguments: [
      (TextEncoding.eucKR, 0x8ECB_9143_A2FF_DC98 as UInt64),
      (TextEncoding.big5, 0x2D41_6AD4_9AE2_D48C as UInt64),
      (TextEncoding.shiftJIS, 0xE6FF_29BD_BC84_7FE1 as UInt64),
      (TextEncoding.eucJP, 0x2FE3_13D4_AE38_6955 as UInt64),
      (TextEncoding.gb18030, 0xDA70_8651_B4A9_97FE as UInt64),
    ])
  func pairs(encoding: TextEncoding, expected: UInt64) throws {
    var bytes: [UInt8] = []
    for lead in UInt8(0x80)...0xFF {
      for trail in UInt8(0)...0xFF { bytes += [lead, trail, 0x0A] }
    }
    #expect(hash(try encoding.decode(bytes)) == expected)
  }
}
