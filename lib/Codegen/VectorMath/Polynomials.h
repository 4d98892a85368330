//===- Polynomials.h - Minimax polynomials ---------------------*- C++ -*-===//
//
// Coefficients, constant term first, with the error of the polynomial as
// rounded: of the function's value unless "of q". Most come from Sollya's
// fpminimax (coefficients.sollya), the inverse error function's from
// interpolation at Chebyshev nodes (coefficients.py). F32 and F64 are for
// arithmetic in that type; Wide means arithmetic in double for float results.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_VECTORMATH_POLYNOMIALS_H
#define COTAN_LIB_CODEGEN_VECTORMATH_POLYNOMIALS_H

namespace cotan::codegen::vector_math {

/// q of exp(r) = 1 + r + r^2 q(r), |r| <= ln2 / 2: 2^-28.2.
inline constexpr double expF32[] = {0x1.fffffap-2, 0x1.555492p-3, 0x1.555a26p-5, 0x1.12397cp-7, 0x1.694c86p-10};

/// The same: 2^-57.9.
inline constexpr double expF64[] = {
    0x1.000000000000ap-1,  0x1.55555555554fep-3,  0x1.55555555506cp-5,   0x1.1111111126b37p-7,  0x1.6c16c18475a25p-10,
    0x1.a01a012fec31dp-13, 0x1.a0199963c516bp-16, 0x1.71df18fbb5933p-19, 0x1.28adf7a83665ep-22, 0x1.ad92c814cbc11p-26};

/// The same: 2^-34.2.
inline constexpr double expWide[] = {0x1.0000003a1ae06p-1, 0x1.5555544365fc5p-3,  0x1.55548dd86fcedp-5,
                                     0x1.1112708edaa0bp-7, 0x1.6d8cf41f357e3p-10, 0x1.9f08a4dae136dp-13};

/// q of 2^r = 1 + r q(r), |r| <= 1/2: 2^-28.0.
inline constexpr double exp2F32[] = {0x1.62e43p-1, 0x1.ebfbd8p-3,  0x1.c6af76p-5,
                                     0x1.3b30ap-7, 0x1.5f0b82p-10, 0x1.3fa208p-13};

/// The same: 2^-57.3.
inline constexpr double exp2F64[] = {0x1.62e42fefa39efp-1,  0x1.ebfbdff82c5a6p-3,  0x1.c6b08d704a12cp-5,
                                     0x1.3b2ab6fb9fda6p-7,  0x1.5d87fe789e96fp-10, 0x1.4309130f6cbdcp-13,
                                     0x1.ffcbfc6685efdp-17, 0x1.62bfc6596b95ap-20, 0x1.b52522bc19eeep-24,
                                     0x1.e61d4332c8c78p-28, 0x1.e973178f84e2dp-32};

/// The same: 2^-34.3.
inline constexpr double exp2Wide[] = {0x1.62e42ff0e1924p-1, 0x1.ebfbe077872abp-3,  0x1.c6b08ac06bc42p-5,
                                      0x1.3b29f39d4a1d3p-7, 0x1.5d8a85fe91d63p-10, 0x1.445c840617dp-13,
                                      0x1.fde5fe517c13p-17};

/// q of sinh(r) = r + r^3 q(r^2), |r| <= ln2 / 2: 2^-27.6 of q.
inline constexpr double sinhF32[] = {0x1.555556p-3, 0x1.110f88p-7, 0x1.a36368p-13};

/// q of cosh(r) = 1 + r^2 q(r^2): 2^-29.1 of q.
inline constexpr double coshF32[] = {0x1p-1, 0x1.5555p-5, 0x1.6d3074p-10};

/// As sinhF32: 2^-56.6.
inline constexpr double sinhF64[] = {0x1.5555555555555p-3,  0x1.1111111111489p-7,  0x1.a01a019d93402p-13,
                                     0x1.71de465ab784bp-19, 0x1.ae324107d06b5p-26, 0x1.ad42d7f5d1cadp-33};

/// As coshF32: 2^-65.3.
inline constexpr double coshF64[] = {0x1p-1,
                                     0x1.5555555555556p-5,
                                     0x1.6c16c16c15ff6p-10,
                                     0x1.a01a01a81b768p-16,
                                     0x1.27e4d80e37351p-22,
                                     0x1.1f78f66f7a29fp-29};

/// q of tanh(x) = x + x^3 q(x^2), x^2 <= 0.31: 2^-25.6 of q.
inline constexpr double tanhF32[] = {-0x1.555554p-2, 0x1.110fb8p-3, -0x1.b9947ep-5, 0x1.5ca392p-6, -0x1.adc4fcp-8};

/// The same: 2^-55.6 of q.
inline constexpr double tanhF64[] = {-0x1.5555555555555p-2,  0x1.1111111110fb8p-3,  -0x1.ba1ba1b9f444bp-5,
                                     0x1.664f4873df7ep-6,    -0x1.226e326a5a607p-7, 0x1.d6d31f804f138p-9,
                                     -0x1.7d9649ad43b54p-10, 0x1.34b73bddb814bp-11, -0x1.eb6ae09c9398p-13,
                                     0x1.62ed9226ffb53p-14,  -0x1.5410c8c09065bp-16};

/// q of log(1 + f) = f - f^2 / 2 + f^3 q(f), |f| <= 1/3: 2^-22.7 of q.
inline constexpr double logF32[] = {0x1.55554cp-2, -0x1.ffff74p-3, 0x1.99addep-3, -0x1.558a74p-3,
                                    0x1.211ab6p-3, -0x1.f4c81p-4,  0x1.132ee2p-3, -0x1.04ff52p-3};

/// q of 2 atanh(s) = 2 s + s z q(z), z = s^2 <= 0.0296: 2^-51.5 of q.
inline constexpr double logF64[] = {0x1.5555555555558p-1, 0x1.9999999995137p-2, 0x1.2492492e2e9c6p-2,
                                    0x1.c71c6290f394cp-3, 0x1.7462cd847008ap-3, 0x1.39fb1a4ee0f4dp-3,
                                    0x1.2b81043395724p-3};

/// The same: 2^-29.7 of q.
inline constexpr double logWide[] = {0x1.5555554b5aa26p-1, 0x1.9999ed5a7e50ep-2, 0x1.245b706339546p-2,
                                     0x1.ddf9a60f836a5p-3};

/// q of log2(1 + f) = f q(f), 1 + f in [sqrt(1/2), sqrt(2)]: 2^-41.1.
inline constexpr double log2Wide[] = {
    0x1.71547652b89eap0,   -0x1.715476528d266p-1, 0x1.ec709dbd1b46dp-2,  -0x1.715476b47d0d5p-2, 0x1.2776c94588fafp-2,
    -0x1.ec7061c905472p-3, 0x1.a615448234028p-3,  -0x1.715b8e23c866dp-3, 0x1.488d329e41261p-3,  -0x1.272bc9df7acb8p-3,
    0x1.087aef9979cd8p-3,  -0x1.e9f5ba28782ecp-4, 0x1.02528a1b334a5p-3,  -0x1.fa16436b05cf9p-4, 0x1.02e3f8c8192b8p-4};

/// q of log2(1 + f) = f / ln2 + f^2 q(f), |f| <= 1/3: 2^-24.4 of q.
inline constexpr double log2F32[] = {-0x1.715476p-1, 0x1.ec7062p-2,  -0x1.715414p-2, 0x1.27926cp-2, -0x1.ecc2ccp-3,
                                     0x1.9f419p-3,   -0x1.68e5dep-3, 0x1.966f6cp-3,  -0x1.79e14p-3};

/// q of log10(1 + f) = f / ln10 + f^2 q(f), |f| <= 1/3: 2^-26.3 of q.
inline constexpr double log10F32[] = {-0x1.bcb7b2p-3, 0x1.287a52p-3,  -0x1.bcb63ap-4, 0x1.63e78cp-4, -0x1.28cc8cp-4,
                                      0x1.f401b8p-5,  -0x1.af803ep-5, 0x1.e97328p-5,  -0x1.d34964p-5};

/// q of atanh(s) = s + s^3 / 3 + s^5 q(s^2), s^2 <= 0.0296: 2^-56.3 of q.
inline constexpr double atanhF64[] = {0x1.999999999999ap-3, 0x1.2492492492304p-3, 0x1.c71c71c74a4a4p-4,
                                      0x1.745d173ef74c2p-4, 0x1.3b13a8e578d3dp-4, 0x1.1115831b8c78fp-4,
                                      0x1.e00ed3fb0210dp-5, 0x1.db156dec1f4a1p-5};

/// q of sin(r) = r + r^3 q(r^2), |r| <= pi / 4: 2^-27.6 of q.
inline constexpr double sinF32[] = {-0x1.555556p-3, 0x1.11119ap-7, -0x1.a08584p-13, 0x1.882736p-19};

/// q of cos(r) = 1 - r^2 / 2 + r^4 q(r^2): 2^-28.6 of q.
inline constexpr double cosF32[] = {0x1.555554p-5, -0x1.6c129ep-10, 0x1.9bc774p-16};

/// As sinF32: 2^-55.3 of q.
inline constexpr double sinF64[] = {-0x1.5555555555555p-3, 0x1.1111111110c84p-7,   -0x1.a01a019ea1749p-13,
                                    0x1.71de37b224f1ap-19, -0x1.ae602161d7c7fp-26, 0x1.5e11b11f59588p-33};

/// As cosF32: 2^-58.6 of q.
inline constexpr double cosF64[] = {0x1.5555555555555p-5,   -0x1.6c16c16c168ccp-10, 0x1.a01a019f38b6dp-16,
                                    -0x1.27e4fa037cc15p-22, 0x1.1eeb586537317p-29,  -0x1.9073e56374aa6p-37};

/// As sinF32: 2^-35.0 of q.
inline constexpr double sinWide[] = {-0x1.555555545e738p-3, 0x1.11110defe0cp-7, -0x1.a013a84765a73p-13,
                                     0x1.6dbe352673863p-19};

/// q of cos(r) = 1 + r^2 q(r^2): 2^-31.6 of q.
inline constexpr double cosWide[] = {-0x1.fffffffab496cp-2, 0x1.55554cbda0a9ap-5, -0x1.6c0e09b3abba7p-10,
                                     0x1.9a6f7a07b5b36p-16};

/// q of atan(r) = r + r^3 q(r^2), |r| <= 7/16: 2^-53.3 of q.
inline constexpr double atanF64[] = {-0x1.5555555555554p-2, 0x1.9999999998a3ep-3,  -0x1.24924923c15a7p-3,
                                     0x1.c71c713e68538p-4,  -0x1.745d006507d48p-4, 0x1.3b11747ae9bcdp-4,
                                     -0x1.10edf8594ff3bp-4, 0x1.df17bdfc63d9ep-5,  -0x1.9c95e28c9282fp-5,
                                     0x1.365bd32c1c0e2p-5,  -0x1.2082a7fcdbd79p-6};

/// The same for |r| <= 1: 2^-29.0 of q.
inline constexpr double atanWide[] = {
    -0x1.555555350c466p-2, 0x1.9999634629c09p-3,  -0x1.248ab8c2d9153p-3, 0x1.c6495219728edp-4, -0x1.6e69f443b0287p-4,
    0x1.21a6507a9bd43p-4,  -0x1.968da1f42a988p-5, 0x1.b9bc37d9acd39p-6,  -0x1.371087c6ca44p-7, 0x1.9a74073bec056p-10};

/// q of asin(s) = s + s^3 q(s^2), |s| <= 1/2: 2^-55.6 of q.
inline constexpr double asinF64[] = {
    0x1.5555555555556p-3, 0x1.3333333332da2p-4,  0x1.6db6db6e48603p-5, 0x1.f1c71c11dee9fp-6, 0x1.6e8bb37521b17p-6,
    0x1.1c4d112cecd74p-6, 0x1.c9d30ac3e3e3ep-7,  0x1.7801021f27f49p-7, 0x1.532a914f6156p-7,  0x1.5e2915a6757a2p-8,
    0x1.2205421c2561bp-6, -0x1.f58c5842771abp-7, 0x1.dc181d90b7926p-6};

/// The same: 2^-32.1 of q.
inline constexpr double asinWide[] = {0x1.5555555ce420fp-3, 0x1.33331ccd02d54p-4, 0x1.6dc1acd64b772p-5,
                                      0x1.efd4aba62add8p-6, 0x1.839f11393a606p-6, 0x1.550af220191aap-7,
                                      0x1.ff22dbcc7161fp-6};

/// q of erf(x) = x + x q(x^2), |x| <= 1.3: 2^-29.1.
inline constexpr double erfSmallF32[] = {0x1.06eba8p-3, -0x1.81274p-2,   0x1.ce2dacp-4,  -0x1.b80f24p-6,
                                         0x1.55359ep-8, -0x1.b3ca1ep-11, 0x1.ae027ep-14, -0x1.e9674p-18};

/// q of erf(x) = q(x - c), 1.3 <= x <= 3.97: 2^-28.7. The centre c is
/// 0x1.5147bap+1, whose erf is very nearly a float.
inline constexpr double erfLargeF32[] = {
    0x1.ffe68cp-1,  0x1.1d7b54p-10, -0x1.7821b2p-9,  0x1.329b4ep-8,  -0x1.55389ep-8,  0x1.0b8348p-8,   -0x1.20432ep-9,
    0x1.69892cp-11, 0x1.60919p-16,  -0x1.424c5cp-13, 0x1.35d8fep-14, -0x1.5f43dep-18, -0x1.f63fb8p-18, 0x1.0dd93cp-19};

/// q of erf(x) = x + x q(x^2), |x| <= 1.3: 2^-55.9.
inline constexpr double erfSmallF64[] = {0x1.06eba8214db68p-3,   -0x1.812746b0379ccp-2,  0x1.ce2f21a042041p-4,
                                         -0x1.b82ce31263cabp-6,  0x1.565bcd0a5522fp-8,   -0x1.c02db370a4accp-11,
                                         0x1.f9a319e56f8eap-14,  -0x1.f4d189e1ef1f8p-17, 0x1.b9dd75713a981p-20,
                                         -0x1.5f28a8ba02bd3p-23, 0x1.f95fd0b32758dp-27,  -0x1.4427d389ad35ep-30,
                                         0x1.53ee901c6a06bp-34,  -0x1.aee00829d4122p-39};

/// q of erf(x) = 1 - q(x - 3.625)^8, 1.3 <= x <= 5.94: 2^-57.6.
inline constexpr double erfLargeF64[] = {
    0x1.38ab04ef2f83fp-3,  -0x1.2570a2a182798p-3,  0x1.8f5bbf0ba09ecp-5,  -0x1.ef09c760abf8fp-9, -0x1.043e7ee8b0347p-9,
    0x1.12db49139526bp-11, 0x1.432617f5c7b86p-18,  -0x1.462113a8491bp-16, 0x1.1bee6e7118ddcp-19, 0x1.4c9d163f2f97fp-22,
    -0x1.550f24873941p-24, -0x1.59e7673d1ea35p-32, 0x1.055b972c02d2bp-29, 0x1.3600ea1c88d3dp-37, 0x1.28367e04ff01bp-37,
    0x1.3b49ec60cdb23p-37, 0x1.af6a61ba577aap-41};

/// q of erfc(x) = q(x - 5.04)^64, -0.01 <= x <= 10.09: 2^-28.9.
inline constexpr double erfcWide[] = {
    0x1.4c977c553135dp-1,   -0x1.ab0486cfeb1ap-4,   -0x1.a4b0dd1a15782p-10, 0x1.288ac378f9524p-10,
    -0x1.d0f79dacd7771p-16, -0x1.c54762af760acp-18, 0x1.ad1797d16184ap-22,  0x1.6975c30ba758dp-27,
    -0x1.575d9c00bc72p-32,  -0x1.e1170a5d4484cp-33, 0x1.51842cfef48a8p-36,  -0x1.734e1f452b526p-40,
    0x1.3439cffb7d6e4p-40,  -0x1.5627770cafd6p-43,  -0x1.d348fec89d443p-45, 0x1.2ac0fcbc45d05p-47,
    0x1.2ba0d4f538997p-49,  -0x1.78efbe9a53c0fp-52, -0x1.b5a6b51bb1f57p-55, 0x1.243f270e98b9fp-57,
    0x1.90a7762ced313p-62,  -0x1.32969397f99bcp-64};

/// q of erfc(x) = exp(-x^2) q(8 / (x + 3) - 1) / (x + 3), 0 <= x <= 27.4: 2^-57.8; the
/// constant term has a second part.
inline constexpr double erfcF64[] = {0x1.c57239e943d1ap-1, 0x1.eb2c5e8ccc2b3p-2, 0x1.ca7dc9a161276p-3, 0x1.66ea393501a45p-4, 0x1.bf93f1656b287p-6, 0x1.88b2c7bd1f6c7p-8, 0x1.0bfeb790e665dp-11, -0x1.af4cc80fbca61p-13, -0x1.5b836e7d6dbc4p-14, -0x1.29fb7cba38c46p-19, 0x1.a1e7e8f08017fp-18, 0x1.2b75d7305ea23p-20, -0x1.dd518f3a87c17p-22, -0x1.484cbb3ebcedp-23, 0x1.35b378a11139ap-25, 0x1.413e501121a9dp-26, -0x1.08f9fabfafbcbp-28, -0x1.3d974026f0a6dp-29, 0x1.62272b55380e5p-31, 0x1.f76fea86875adp-33, -0x1.1e04ecf654caep-33, 0x1.20635250694c3p-36, 0x1.d4a5493517402p-40, -0x1.dae1b33c03768p-42};
inline constexpr double erfcConstantLow = -0x1.c89071865dc5p-57;

/// q of -(x + 3) g'(x) / g(x) in the same variable, g(x) = exp(x^2) erfc(x): 0.011.
inline constexpr double erfcSlope[] = {0x1.8a1b58p0, 0x1.951f64p-1, 0x1.109e22p-2, -0x1.65be16p-5};

/// q of erfinv(x) = x q(w - 2.5), w = -log(1 - x^2) <= 5: 2^-33.9.
inline constexpr double erfinvCentralWide[] = {0x1.805c5cfcedef5p+0,   0x1.f91e89955a57fp-3,  -0x1.11c3c3612a2ccp-8,
                                               -0x1.4863d1009b540p-10, 0x1.c9b46cd91df7ap-13, -0x1.4f4496f9c1788p-18,
                                               -0x1.caa32f746fad4p-19, 0x1.00f8719914c4ap-21, 0x1.d66fac2d14be4p-27,
                                               -0x1.74f4495a187ccp-27, 0x1.c9c81e3c5b325p-31, 0x1.0e8b1b9516a51p-33,
                                               -0x1.75045e36fd876p-36};

/// q of erfinv(x) = x q(sqrt(w) - 0x1.931bbcdcbfa54p+1), 5 <= w <= 16.5: 2^-28.2.
inline constexpr double erfinvTailWide[] = {0x1.7dc910b5ed3fap+1,  0x1.010989f3bd8f2p+0,   0x1.b570c57d7333ap-8,
                                            -0x1.44298bd40f2d3p-8, 0x1.ca88e84553be0p-9,   -0x1.3340330a0e5d7p-9,
                                            0x1.3d6a4a39370cdp-10, -0x1.5ef5eeae33e1fp-12, -0x1.559c396fd252fp-14,
                                            0x1.e9929edcff7cep-14, -0x1.1e63109400bbap-15};

/// q of erfinv(x) = x (sqrt(pi) / 2 + q(w)), w = -log(1 - x^2) <= 2.25: 2^-58; the constant
/// term here and below is what the leading constant's rounding lost.
inline constexpr double erfinvSmallF64[] = {-0x1.618f13eb7ca89p-55, 0x1.db29fb2fee5e4p-3,   0x1.7a72e72c1ecc7p-7,
                                            -0x1.3211025df55dcp-9,  -0x1.0c86b861145fap-13, 0x1.87014ed9a4596p-15,
                                            0x1.0f1e26323097fp-19,  -0x1.0fcd613e0f603p-20, -0x1.4093c2e6aa391p-25,
                                            0x1.8838513c7028ep-26,  0x1.8935512028cdfp-31,  -0x1.0f8cf1e01aa2fp-31,
                                            -0x1.224eea34eeae3p-35, 0x1.47b75b24202efp-36,  -0x1.3b10ac0a57edap-40,
                                            -0x1.680feabb32117p-43, 0x1.46a13817a1b8bp-46};

/// q of erfinv(x) = x (0x1.ea588ddfc80cdp0 + q(w - 4.25)), 2.25 <= w <= 6.25: 2^-58.
inline constexpr double erfinvCentralF64[] = {0x1.30f4ec41daf7cp-54,  0x1.cc3659c2224e6p-3,   -0x1.e080110e9d284p-8,
                                              -0x1.8cd9e957c7ebep-14, 0x1.a38c4612cf146p-14,  -0x1.e941a50134cbep-17,
                                              0x1.8dbc6606bf3e4p-21,  0x1.ede1aae362a87p-24,  -0x1.ebdb484e28375p-26,
                                              0x1.42f755f66f965p-29,  0x1.00d2d88a68e65p-33,  -0x1.dff6f3f0481b5p-35,
                                              0x1.a4f5094648da5p-38,  0x1.78d399e927c87p-46,  -0x1.c33ee3359bf9bp-44,
                                              0x1.fe29e84fb4b39p-47,  -0x1.cb588f84c65b5p-52, -0x1.ac5b5a372ee31p-53,
                                              0x1.29e6284636126p-55,  -0x1.ce7cd1f24f49fp-62, -0x1.a240847df8e92p-62};

/// q of erfinv(x) = x (0x1.8abcc380d5a48p1 + q(sqrt(w) - 3.25)), 6.25 <= w <= 16: 2^-58.
inline constexpr double erfinvMiddleF64[] = {
    -0x1.92060f0628130p-54, 0x1.0158a6d641d54p+0,   0x1.5ffcfe5b6cd14p-8,   -0x1.ebadabb9fba51p-9,
    0x1.468eeca9470ffp-9,   -0x1.ba9240da9b584p-10, 0x1.f3cc545c3e9aap-11,  -0x1.7448bc3040e41p-12,
    0x1.932e92cd30344p-16,  0x1.1e6aa46e74a45p-14,  -0x1.8cf4716cbe412p-15, 0x1.a246257227f78p-17,
    0x1.899f9cdf75efcp-19,  -0x1.0b9ae26ca194dp-18, 0x1.8d93e09f51807p-20,  -0x1.8a852e143a650p-26,
    -0x1.0671216b5e7d9p-22, 0x1.0b438b80d8711p-23,  -0x1.7e02241ad2b54p-26, -0x1.2d2b842e900dap-27,
    0x1.2085219c54ef2p-27,  -0x1.afe67ac56f477p-29, 0x1.97b8a1521f11bp-34,  0x1.2e43d37383855p-31,
    -0x1.b51fe1a01b495p-33};

/// q of erfinv(x) = x (0x1.3e79eb73b06f4p2 + q(sqrt(w) - 5.125)), 16 <= w <= 39: 2^-58.
inline constexpr double erfinvTailF64[] = {
    -0x1.2e796d8795c65p-52, 0x1.02a027c1f336ep+0,   -0x1.bdda7d4c11fd9p-13, -0x1.795c0dd313e53p-13,
    0x1.0f552c18b4f0ap-14,  -0x1.16550eac25273p-16, 0x1.f6fdca716435fp-19,  -0x1.ab7a4aaf47d1ap-21,
    0x1.6bb014cba72c7p-23,  -0x1.64f2efc265453p-25, 0x1.f17be7c46b4e0p-27,  -0x1.df6adb988c18fp-28,
    0x1.f530f85c22825p-29,  -0x1.e4edb25157ab3p-30, 0x1.951615f55f9b0p-31,  -0x1.145638abd818ap-32,
    0x1.11bb10938f762p-34,  -0x1.9daed287a40c4p-38, -0x1.1b2a30b1f4703p-38, 0x1.8fc68db2d9ffdp-39,
    -0x1.2857b37f69024p-40, 0x1.037565fc56d31p-42,  0x1.58e7b21a14f5ep-49,  -0x1.a2310e236c1d3p-46,
    0x1.0632b534fe4b7p-47,  -0x1.92f647e3c44cfp-51};

} // namespace cotan::codegen::vector_math

#endif // COTAN_LIB_CODEGEN_VECTORMATH_POLYNOMIALS_H
