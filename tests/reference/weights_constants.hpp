// Parameters of
//     input<5> dense<4> prelu<0.25> dropout<0.5> dense<3, no_bias> tanh dense<2>
// as the library has written them.
// clang-format off
#pragma once

inline constexpr unsigned long long small_weights_fingerprint = 0x6de35c1cd91dc801;

alignas(64) inline constexpr float small_weights[112] = {
    0x1.2e79bcp-2f, -0x1.56714cp-2f, 0x1.7532e6p-2f, 0x1.2504e2p-2f, 0x1.80c51cp-2f, -0x1.5f1cb4p-2f, -0x1.3361bp-2f,
    0x1.b3d15p-3f, -0x1.ab7ad8p-2f, 0x1.c49edcp-2f, 0x1.85e8acp-4f, 0x1.d91f88p-5f, -0x1.879ff8p-2f, 0x1.23ep-3f,
    0x1.89d84p-3f, 0x1.229f58p-4f, 0x1.b87a52p-2f, 0x1.130f02p-3f, -0x1.96137cp-2f, 0x1.80c70ep-2f, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0x1.36f914p-3f, -0x1.b4ee3p-3f, -0x1.a4a7eap-2f, 0x1.050ffap-2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x1p-2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1.e690bp-2f, -0x1.a37cccp-2f, 0x1.bfb2cp-6f, 0x1.6f6208p-3f,
    -0x1.e39288p-3f, -0x1.c01e2p-4f, -0x1.55e0bp-2f, -0x1.e41d5p-3f, -0x1.d2c60cp-2f, -0x1.7bb7p-7f, 0x1.2f93f8p-2f,
    0x1.f20bc8p-3f, 0, 0, 0, 0, 0x1.15b138p-1f, -0x1.039d4cp-1f, -0x1.22f914p-4f, 0x1.1fceecp-1f, 0x1.833d34p-4f,
    -0x1.4d700cp-3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0x1.0a3926p-1f, 0x1.131d5ap-2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
};
